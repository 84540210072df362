//! The moments at which the pinned run A and the running B differ, for the page to go to: a line each.

use crate::Request;
use crate::ran::{compared, ran};
use link::{Selection, identify};
use sheet::{Block, Sheet};
use trace::FactId;

/// Most moments that are told.
const MOMENTS_MAX: usize = 2_000;

/// `AT A B IDENTITY`: a moment, the fact of each run as `KIND.ROW`, and what B's is in every run; `-` for
/// what there is not. Of several differences at one moment the first.
pub(crate) fn sheet(request: &Request) -> Sheet {
    let mut sheet = Sheet::default();
    let Some(Ok(a)) = request.page.pinned.as_ref().map(ran) else { return sheet };
    let Ok(b) = ran(&request.page.playground) else { return sheet };
    let comparison = compared(&a, &b);
    let mut last = None;
    for difference in comparison.differences.all() {
        if last.replace(difference.at) == Some(difference.at) {
            continue;
        }
        let fact =
            |fact: Option<FactId>| fact.map_or_else(|| "-".to_owned(), |fact| fact.to_string());
        let identity = difference.b.and_then(|fact| identify(&b.trace, fact));
        let identity = identity.map_or_else(|| "-".to_owned(), Selection::text);
        let (of_a, of_b) = (fact(difference.a), fact(difference.b));
        sheet.push(Block::Para(format!("{} {of_a} {of_b} {identity}", difference.at.0)));
        if sheet.blocks.len() == MOMENTS_MAX {
            break;
        }
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(link: &str) -> Vec<Block> {
        crate::sheet(&format!("sheet=differences\nlink={link}\n")).blocks
    }

    #[test]
    fn each_moment_is_told_once_and_in_order() {
        let lines = told("v=1&linger.ms=8&a.linger.ms=0");
        let at = |block: &Block| match block {
            Block::Para(line) => line.split(' ').next().and_then(|at| at.parse::<i64>().ok()),
            _ => None,
        };
        let moments: Vec<i64> = lines.iter().filter_map(at).collect();
        assert_eq!(moments.len(), lines.len());
        assert!(moments.len() > 20 && moments.is_sorted_by(|a, b| a < b), "{moments:?}");
    }

    #[test]
    fn equal_runs_have_none() {
        assert_eq!(told("v=1&linger.ms=8&a.linger.ms=8"), []);
        assert_eq!(told("v=1"), []);
    }
}
