//! Links: when a message arrives, and what faults do to that. Never looks inside a message.

use crate::scenario::{FaultKind, Link};
use alloc::vec::Vec;
use units::{Micros, SimTime};

/// All links; those that no fault has touched need no memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    disturbed: Vec<Disturbed>,
}

#[derive(Clone, Copy, Debug)]
struct Disturbed {
    link: Link,
    cut_until: SimTime,
    slow_until: SimTime,
    slow_by: Micros,
    /// What is sent later arrives no earlier.
    last_arrival: SimTime,
}

impl Links {
    /// A fault of a link takes place; `false` if it is none.
    pub(crate) fn disturb(&mut self, now: SimTime, what: &FaultKind) -> bool {
        match what {
            FaultKind::SlowLink { link, by, lasts } => {
                let state = self.state_of(*link);
                state.slow_by = *by;
                state.slow_until = now + *lasts;
            }
            FaultKind::CutLink { link, lasts } => self.state_of(*link).cut_until = now + *lasts,
            _ => return false,
        }
        true
    }

    /// When a message that leaves now arrives, `takes` being its way on an undisturbed link. What meets
    /// a cut is sent again until that ends, as TCP does.
    pub(crate) fn arrival(&mut self, now: SimTime, link: Link, takes: Micros) -> SimTime {
        let known = self.disturbed.iter_mut().find(|state| state.link == link);
        let Some(state) = known else { return now + takes };
        let slow = if now < state.slow_until { state.slow_by } else { Micros(0) };
        let arrival = (now.max(state.cut_until) + takes + slow).max(state.last_arrival);
        state.last_arrival = arrival;
        arrival
    }

    fn state_of(&mut self, link: Link) -> &mut Disturbed {
        let known = self.disturbed.iter().position(|state| state.link == link);
        let position = known.unwrap_or_else(|| {
            let never = SimTime(i64::MIN);
            self.disturbed.push(Disturbed {
                link,
                cut_until: never,
                slow_until: never,
                slow_by: Micros(0),
                last_arrival: never,
            });
            self.disturbed.len() - 1
        });
        &mut self.disturbed[position]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Place;
    use units::BrokerId;

    const LINK: Link = Link { from: Place::Producer, to: Place::Broker(BrokerId(1)) };
    const BACK: Link = Link { from: Place::Broker(BrokerId(1)), to: Place::Producer };

    #[test]
    fn what_meets_a_cut_arrives_after_it_and_the_other_direction_is_not_touched() {
        let mut links = Links::default();
        links.disturb(SimTime(100), &FaultKind::CutLink { link: LINK, lasts: Micros(50) });
        assert_eq!(links.arrival(SimTime(120), LINK, Micros(10)), SimTime(160));
        assert_eq!(links.arrival(SimTime(120), BACK, Micros(10)), SimTime(130));
        assert_eq!(links.arrival(SimTime(151), LINK, Micros(10)), SimTime(161));
    }

    #[test]
    fn a_message_never_overtakes_one_that_left_before() {
        let mut links = Links::default();
        let slow = FaultKind::SlowLink { link: LINK, by: Micros(100), lasts: Micros(50) };
        links.disturb(SimTime(0), &slow);
        assert_eq!(links.arrival(SimTime(40), LINK, Micros(10)), SimTime(150));
        assert_eq!(links.arrival(SimTime(60), LINK, Micros(10)), SimTime(150));
        assert_eq!(links.arrival(SimTime(200), LINK, Micros(10)), SimTime(210));
    }
}
