//! Links: when a message arrives, and what faults do to that. Never looks inside a message.

use crate::scenario::{FaultKind, Link};
use alloc::vec::Vec;
use units::{Micros, SimTime};

/// All links; those that no fault has touched need no memory.
#[derive(Clone, Debug)]
pub(crate) struct Links<M> {
    disturbed: Vec<Disturbed<M>>,
}

#[derive(Clone, Debug)]
struct Disturbed<M> {
    link: Link,
    cut_until: SimTime,
    /// What was sent since the cut, and how long it takes: sent again when that ends, as TCP does.
    held: Vec<(Micros, M)>,
    slow_until: SimTime,
    slow_by: Micros,
    /// What is sent later arrives no earlier.
    last_arrival: SimTime,
}

impl<M> Links<M> {
    /// Links as they should be.
    pub(crate) const fn new() -> Self {
        Self { disturbed: Vec::new() }
    }

    /// A fault of a link takes place. Returns the link and when its cut ends, if it is cut; a later cut
    /// of the same link takes the place of an earlier one.
    pub(crate) fn disturb(&mut self, now: SimTime, what: &FaultKind) -> Option<(Link, SimTime)> {
        match what {
            FaultKind::SlowLink { link, by, lasts } => {
                let state = self.state_of(*link);
                state.slow_by = *by;
                state.slow_until = now + *lasts;
                None
            }
            FaultKind::CutLink { link, lasts } => {
                let until = now + *lasts;
                self.state_of(*link).cut_until = until;
                Some((*link, until))
            }
            _ => None,
        }
    }

    /// A message leaves, `takes` being its way on an undisturbed link: when it arrives; `None` while the
    /// link is cut, which keeps it.
    pub(crate) fn send(
        &mut self,
        now: SimTime,
        link: Link,
        takes: Micros,
        message: M,
    ) -> Option<(SimTime, M)> {
        let known = self.disturbed.iter_mut().find(|state| state.link == link);
        let Some(state) = known else { return Some((now + takes, message)) };
        if now < state.cut_until {
            state.held.push((takes, message));
            return None;
        }
        Some((state.arrival(now, takes), message))
    }

    /// A cut may be over: what it held, and when that arrives.
    pub(crate) fn heal(&mut self, now: SimTime, link: Link) -> Vec<(SimTime, M)> {
        let known = self.disturbed.iter_mut().find(|state| state.link == link);
        let Some(state) = known.filter(|state| now >= state.cut_until) else { return Vec::new() };
        let held = core::mem::take(&mut state.held);
        held.into_iter().map(|(takes, message)| (state.arrival(now, takes), message)).collect()
    }

    fn state_of(&mut self, link: Link) -> &mut Disturbed<M> {
        let known = self.disturbed.iter().position(|state| state.link == link);
        let position = known.unwrap_or_else(|| {
            let never = SimTime(i64::MIN);
            self.disturbed.push(Disturbed {
                link,
                cut_until: never,
                held: Vec::new(),
                slow_until: never,
                slow_by: Micros(0),
                last_arrival: never,
            });
            self.disturbed.len() - 1
        });
        &mut self.disturbed[position]
    }
}

impl<M> Disturbed<M> {
    fn arrival(&mut self, now: SimTime, takes: Micros) -> SimTime {
        let slow = if now < self.slow_until { self.slow_by } else { Micros(0) };
        self.last_arrival = self.last_arrival.max(now + takes + slow);
        self.last_arrival
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Place;
    use units::BrokerId;

    const LINK: Link = Link { from: Place::Producer, to: Place::Broker(BrokerId(1)) };
    const BACK: Link = Link { from: Place::Broker(BrokerId(1)), to: Place::Producer };
    const WAY: Micros = Micros(10);

    #[test]
    fn what_meets_a_cut_arrives_after_it_and_the_other_direction_is_not_touched() {
        let mut links = Links::new();
        let cut = FaultKind::CutLink { link: LINK, lasts: Micros(50) };
        assert_eq!(links.disturb(SimTime(100), &cut), Some((LINK, SimTime(150))));
        assert_eq!(links.send(SimTime(120), LINK, WAY, 'a'), None);
        assert_eq!(links.send(SimTime(120), BACK, WAY, 'b'), Some((SimTime(130), 'b')));
        assert_eq!(links.heal(SimTime(149), LINK), []);
        assert_eq!(links.heal(SimTime(150), LINK), [(SimTime(160), 'a')]);
        assert_eq!(links.send(SimTime(151), LINK, WAY, 'c'), Some((SimTime(161), 'c')));
    }

    #[test]
    fn a_cut_that_takes_the_place_of_another_ends_it() {
        let mut links = Links::new();
        links.disturb(SimTime(0), &FaultKind::CutLink { link: LINK, lasts: Micros(1_000) });
        assert_eq!(links.send(SimTime(5), LINK, WAY, 'a'), None);
        links.disturb(SimTime(20), &FaultKind::CutLink { link: LINK, lasts: Micros(0) });
        assert_eq!(links.heal(SimTime(20), LINK), [(SimTime(30), 'a')]);
    }

    #[test]
    fn a_message_never_overtakes_one_that_left_before() {
        let mut links = Links::new();
        let slow = FaultKind::SlowLink { link: LINK, by: Micros(100), lasts: Micros(50) };
        links.disturb(SimTime(0), &slow);
        assert_eq!(links.send(SimTime(40), LINK, WAY, 'a'), Some((SimTime(150), 'a')));
        assert_eq!(links.send(SimTime(60), LINK, WAY, 'b'), Some((SimTime(150), 'b')));
        assert_eq!(links.send(SimTime(200), LINK, WAY, 'c'), Some((SimTime(210), 'c')));
    }
}
