//! One stable sort for the whole program.
//!
//! The standard library's sorts are compiled anew for every type, 7 KB each, and the page is measured
//! in bytes. Here only the moving of the items depends on their type.

use alloc::vec::Vec;

/// Up to so many items are sorted by insertion, without memory of its own.
const SMALL: usize = 32;

/// Sorts `items` by a number; equals keep their order.
pub fn sort_by_number<T>(items: &mut [T], number: impl Fn(&T) -> i64) {
    if items.len() <= SMALL {
        for end in 1..items.len() {
            let mut at = end;
            while at > 0 && number(&items[at - 1]) > number(&items[at]) {
                items.swap(at - 1, at);
                at -= 1;
            }
        }
        return;
    }
    let mut order: Vec<(i64, u32)> =
        items.iter().zip(0..).map(|(item, place)| (number(item), place)).collect();
    if order.is_sorted() {
        return;
    }
    order.sort_unstable();
    for at in 0..items.len() {
        // an item that stood before `at` has been swapped away: follow where to
        let mut from = order[at].1 as usize;
        while from < at {
            from = order[from].1 as usize;
        }
        items.swap(at, from);
        #[allow(clippy::cast_possible_truncation, reason = "a place in `order` is a u32")]
        let moved = from as u32;
        order[at].1 = moved;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        for length in [0_u64, 1, 2, 31, 32, 33, 1000] {
            let mut items: Vec<(i64, u64)> =
                (0..length).map(|i| ((i * 7919 % 13) as i64 - 6, i)).collect();
            let mut want = items.clone();
            want.sort_by_key(|item| item.0);
            sort_by_number(&mut items, |item| item.0);
            assert_eq!(items, want, "{length}");
        }
    }
}
