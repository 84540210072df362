//! Plays a script on a run of the model that is under way: waits, looks, acts.

use super::check::place;
use super::faults::{FOR_EVER, anchor, faults};
use super::loopback::{
    METADATA_SPREAD, NOTICED_WITHIN, OFFER_BEHIND, PAUSE, PAUSE_EVERY, SOCKETS_RESET, drawn,
};
use super::scenario::{Settled, TOPIC};
use super::script::WholePart;
use super::steps::{Condition, SendSpec, StepSpec};
use super::watch::Watch;
use model::Simulation;
use model::scenario::{
    Action, Anchor, Arrivals, Content, Fault, FaultKind, Keys, Link, Place, Sends, Step,
};
use std::collections::{BTreeMap, BTreeSet};
use trace::Trace;
use units::{BrokerId, Micros, RecordId, SimTime};

/// The name of the mark from which times are counted.
pub(super) const ZERO: &str = "zero";

/// A script that waits for longer than this has come to a standstill.
const PATIENCE: Micros = Micros(120_000_000);

/// Who waits for longer than this waits for a timeout.
const LONG_WAIT: Micros = Micros(10_000_000);

/// So much later everything that was on its way has arrived.
const SETTLING: Micros = Micros(700_000);

/// A played script.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) trace: Trace,
    /// How many replicas the partition has.
    pub(super) replicas: u32,
    pub(super) marks: BTreeMap<String, SimTime>,
    /// The records of each group.
    pub(super) groups: BTreeMap<String, std::ops::Range<u32>>,
}

impl Played {
    /// The moment from which times are counted.
    pub(super) fn zero(&self) -> SimTime {
        self.marks.get(ZERO).copied().unwrap_or(SimTime::ZERO)
    }
}

/// A script that came to a standstill, and what had happened until then.
#[derive(Debug)]
pub(super) struct Stuck {
    pub(super) why: String,
    pub(super) so_far: Played,
}

/// Plays the script with this seed.
pub(super) fn play(part: &WholePart, settled: &Settled, seed: u64) -> Result<Played, Box<Stuck>> {
    let mut play = Play::new(part, settled, seed);
    let ended = play.steps(&part.script, "").and_then(|()| play.settle());
    let so_far = play.ended();
    match ended {
        Ok(()) => Ok(so_far),
        Err(why) => Err(Box::new(Stuck { why, so_far })),
    }
}

struct Play<'a> {
    simulation: Simulation,
    settled: &'a Settled,
    seed: u64,
    /// Where the script is.
    clock: SimTime,
    draws: u64,
    watch: Watch,
    marks: BTreeMap<String, SimTime>,
    groups: BTreeMap<String, std::ops::Range<u32>>,
    group: Option<String>,
    dead: BTreeSet<u32>,
    hung: BTreeSet<u32>,
    /// Asked to shut down, and not started again since.
    leaving: BTreeSet<u32>,
    /// Links that the script has made slow: nothing else does.
    slowed: Vec<Link>,
    /// What the script has placed, and by which step: all of it has to take place.
    placed: Vec<(u16, String)>,
    /// The end of the application's process, once it is placed.
    exit: Option<u16>,
    /// What the application is sending, the first record of it, and when that was wanted.
    sending: Option<(SendSpec, u32, SimTime)>,
    /// Since when it has been sending without standing still, and the first record of that.
    unbroken: (SimTime, u32),
    /// Pauses are drawn up to here.
    paused_until: SimTime,
}

impl<'a> Play<'a> {
    fn new(part: &WholePart, settled: &'a Settled, seed: u64) -> Self {
        let mut simulation = Simulation::new(settled.scenario(part, seed));
        simulation.steer();
        let mut play = Self {
            simulation,
            settled,
            seed,
            clock: SimTime::ZERO,
            draws: 0,
            watch: Watch::new(&settled.brokers, &settled.replicas),
            marks: BTreeMap::new(),
            groups: BTreeMap::new(),
            group: None,
            dead: BTreeSet::new(),
            hung: BTreeSet::new(),
            leaving: BTreeSet::new(),
            slowed: Vec::new(),
            placed: Vec::new(),
            exit: None,
            sending: None,
            unbroken: (SimTime::ZERO, 0),
            paused_until: SimTime::ZERO,
        };
        play.spread_metadata();
        play.offers_behind(part);
        play
    }

    /// While the script waits, the client's process stands still now and then: first only the application
    /// of it, so that nothing is late on its way while the script does something; in a long wait, in which
    /// requests time out, all that it sends.
    fn pause(&mut self, waited: Micros) {
        self.paused_until = self.simulation.now().max(self.clock) + PAUSE_EVERY;
        // two of three times there is none
        let by = Micros(self.chance(Micros(3 * PAUSE.0)).0.saturating_sub(2 * PAUSE.0));
        let now = self.simulation.now();
        if waited < LONG_WAIT {
            return self.pause_application(now, by);
        }
        for broker in self.settled.brokers.clone() {
            let link = Link { from: Place::Producer, to: Place::Broker(BrokerId(broker)) };
            if !self.slowed.contains(&link) {
                self.fault(Anchor::At(now), FaultKind::SlowLink { link, by, lasts: by });
            }
        }
    }

    fn pause_application(&mut self, now: SimTime, by: Micros) {
        let Some((spec, first, began)) = self.sending.clone() else { return };
        let sent = self.simulation.trace().sends.len() - first;
        if self.exit.is_some_and(|exit| self.has_happened(exit)) {
            return;
        }
        let left = spec.records.map_or(u32::MAX, |records| records.saturating_sub(sent));
        if by > Micros(0) && left > 0 && !self.waits_in_send(now, &spec) {
            // it goes on in its rhythm
            let times = (now + by).since(began).0.div_ceil(spec.every_us.max(1));
            self.simulation.end_sends(before(now));
            self.sends(began + Micros(times * spec.every_us.max(1)), left, &spec);
        }
    }

    /// Whether the application is behind what it wants to have sent: it stands still as it is.
    fn waits_in_send(&self, now: SimTime, spec: &SendSpec) -> bool {
        let (since, first) = self.unbroken;
        let wanted = now.since(since).0 / spec.every_us.max(1);
        u64::from(self.simulation.trace().sends.len() - first) < wanted
    }

    /// Where other topics of the cluster change at the same moment, the leader's offers come behind theirs.
    fn offers_behind(&mut self, part: &WholePart) {
        let Some(leader) = self.settled.replicas.first().filter(|_| part.beside > 0) else {
            return;
        };
        let link = Link { from: Place::Broker(BrokerId(*leader)), to: Place::Controller };
        let by = self.chance(OFFER_BEHIND);
        self.fault(Anchor::At(self.clock), FaultKind::SlowLink { link, by, lasts: FOR_EVER });
    }

    /// The controller's decisions reach some brokers later than others.
    fn spread_metadata(&mut self) {
        for broker in self.settled.brokers.clone() {
            let link = Link { from: Place::Controller, to: Place::Broker(BrokerId(broker)) };
            let by = self.chance(METADATA_SPREAD);
            self.fault(Anchor::At(self.clock), FaultKind::SlowLink { link, by, lasts: FOR_EVER });
        }
    }

    fn steps(&mut self, steps: &[StepSpec], before: &str) -> Result<(), String> {
        for (number, step) in (1..).zip(steps) {
            let number = format!("{before}{number}");
            if let Some(repeat) = &step.repeat {
                for _ in 0..repeat.times {
                    self.steps(&repeat.steps, &format!("{number}."))?;
                }
                continue;
            }
            let here = place(&number, step);
            self.step(step, &here).map_err(|why| format!("{here}: {why}"))?;
        }
        Ok(())
    }

    fn step(&mut self, step: &StepSpec, here: &str) -> Result<(), String> {
        if let Some(mark) = &step.mark {
            self.marks.insert(mark.clone(), self.clock);
        }
        if let Some(ms) = step.wait_ms {
            let more = step.up_to_ms.unwrap_or(ms).saturating_sub(ms);
            let until = self.clock + Micros(ms * 1000) + self.chance(Micros(more * 1000));
            self.wait(until)?;
        }
        if let Some(condition) = &step.until {
            self.until(condition)?;
        }
        if let Some(send) = &step.send {
            self.send(send)?;
        }
        self.start(step.start.as_deref().unwrap_or_default(), here)?;
        self.go_wrong(step, here);
        if step.halt || step.finish {
            // what stands still for a moment does so before it ends
            self.advance()?;
            self.simulation.end_sends(before(self.clock));
            self.sending = None;
            self.advance()?;
        }
        if step.finish {
            self.until(&Condition { answered: true, ..Condition::default() })?;
        }
        if step.restore {
            self.restore(here)?;
        }
        Ok(())
    }

    fn chance(&mut self, bound: Micros) -> Micros {
        self.draws += 1;
        drawn(self.seed, 16 + self.draws, bound)
    }

    // --------------------------------------------------------------------- what goes wrong

    fn go_wrong(&mut self, step: &StepSpec, here: &str) {
        let faults = faults(step, &self.settled.brokers);
        let anchor = step.at.as_ref().map(|event| {
            let first = self.groups.get(&event.group).map_or(0, |group| group.start);
            anchor(event, first)
        });
        if anchor.is_none() && step.kill.is_some() {
            // SIGKILL: the processes stand still at once; the system closes their sockets a little later
            for broker in step.kill.iter().flatten() {
                self.fault(Anchor::At(self.clock), FaultKind::Hang(BrokerId(*broker)));
            }
            self.clock = self.clock + SOCKETS_RESET;
        }
        for what in faults {
            let anchor = anchor.clone().unwrap_or(Anchor::At(self.clock));
            self.place(anchor, what, here);
        }
    }

    /// A fault of the script, and what the script has to know of it.
    fn place(&mut self, anchor: Anchor, what: FaultKind, here: &str) {
        let position = self.simulation.scenario().faults.len() as u16;
        match &what {
            FaultKind::Hang(BrokerId(broker)) => {
                self.hung.insert(*broker);
            }
            FaultKind::Resume(BrokerId(broker)) => {
                self.hung.remove(broker);
            }
            FaultKind::Kill(BrokerId(broker)) | FaultKind::PowerLoss(BrokerId(broker)) => {
                self.hung.remove(broker);
                self.leaving.remove(broker);
                self.dead.insert(*broker);
            }
            FaultKind::ControlledShutdown(BrokerId(broker)) => {
                self.dead.insert(*broker);
                self.leaving.insert(*broker);
            }
            FaultKind::Restart(BrokerId(broker)) => {
                self.leaving.remove(broker);
                self.dead.remove(broker);
                self.watch.started.insert(*broker, self.clock);
            }
            FaultKind::SlowLink { link, .. } => self.slowed.push(*link),
            FaultKind::ApplicationExit => self.exit = Some(position),
            _ => {}
        }
        self.placed.push((position, here.to_owned()));
        self.fault(anchor, what);
    }

    fn fault(&mut self, anchor: Anchor, what: FaultKind) {
        self.simulation.add_fault(Fault { name: String::new(), on: true, anchor, what });
    }

    fn has_happened(&self, fault: u16) -> bool {
        self.simulation.trace().faults.fault().iter().any(|taken| taken == fault)
    }

    /// Starts processes again; one that is shutting down has to be gone.
    fn start(&mut self, brokers: &[u32], here: &str) -> Result<(), String> {
        let leaving = |broker: &u32| self.leaving.contains(broker) && !self.watch.exited(*broker);
        let leaving: Vec<u32> = brokers.iter().copied().filter(leaving).collect();
        if !leaving.is_empty() {
            self.until(&Condition { exited: Some(leaving), ..Condition::default() })?;
        }
        for broker in brokers {
            self.place(Anchor::At(self.clock), FaultKind::Restart(BrokerId(*broker)), here);
        }
        Ok(())
    }

    // --------------------------------------------------------------------- the application

    fn send(&mut self, spec: &SendSpec) -> Result<(), String> {
        self.advance()?;
        let first = self.simulation.trace().sends.len();
        self.end_group(first);
        self.groups.insert(spec.group.clone(), first..u32::MAX);
        self.group = Some(spec.group.clone());
        self.sending = Some((spec.clone(), first, self.clock));
        self.sends(self.clock, spec.records.unwrap_or(u32::MAX), spec);
        Ok(())
    }

    fn sends(&mut self, at: SimTime, count: u32, spec: &SendSpec) {
        let sends = Sends {
            count,
            arrivals: Arrivals::Every(Micros(spec.every_us)),
            topic: TOPIC.to_owned(),
            partition: Some(0),
            keys: Keys::Cycle(Vec::new()),
            value_bytes: vec![Some(spec.value_bytes)],
            content: Content::Zeros,
            headers: Vec::new(),
            timestamp_ms: None,
            get: false,
            callback: None,
        };
        self.unbroken = (at, self.simulation.trace().sends.len());
        self.simulation.add_step(Step { at: Some(at), action: Action::Send(sends) });
    }

    fn end_group(&mut self, end: u32) {
        if let Some(range) = self.group.as_ref().and_then(|name| self.groups.get_mut(name)) {
            range.end = end;
        }
    }

    // --------------------------------------------------------------------- time

    /// Everything up and in sync.
    fn restore(&mut self, here: &str) -> Result<(), String> {
        for broker in self.hung.clone() {
            self.place(Anchor::At(self.clock), FaultKind::Resume(BrokerId(broker)), here);
        }
        let dead: Vec<u32> = self.dead.iter().copied().collect();
        self.start(&dead, here)?;
        let active = Some(self.settled.brokers.clone());
        self.until(&Condition { active, ..Condition::default() })?;
        let replicas = self.settled.replicas.clone();
        if !self.watch.isr_is(&replicas) {
            self.until(&Condition { isr: Some(replicas), ..Condition::default() })?;
        }
        Ok(())
    }

    /// Lets time pass.
    fn wait(&mut self, until: SimTime) -> Result<(), String> {
        self.paused_until = self.clock + PAUSE_EVERY;
        while self.paused_until + PAUSE < until {
            self.clock = self.paused_until;
            self.advance()?;
            self.pause(Micros(0));
        }
        self.clock = until;
        Ok(())
    }

    /// Runs up to the script's clock.
    fn advance(&mut self) -> Result<(), String> {
        if self.simulation.now() < self.clock && self.simulation.run_until(self.clock) {
            return Err(self.over());
        }
        self.watch.update(self.simulation.trace());
        Ok(())
    }

    fn round(&mut self) -> Result<(), String> {
        if self.simulation.run_for(1) { Err(self.over()) } else { Ok(()) }
    }

    fn over(&self) -> String {
        format!("the run ended by itself: {:?}", self.simulation.trace().end)
    }

    /// Runs until the condition holds and the script has noticed.
    fn until(&mut self, condition: &Condition) -> Result<(), String> {
        self.advance()?;
        let began = self.clock;
        self.paused_until = began + PAUSE_EVERY;
        let mut fresh = true;
        while !(fresh && self.holds(condition)?) {
            if self.simulation.now() >= self.paused_until {
                self.pause(self.simulation.now().since(began));
            }
            self.round()?;
            fresh = self.watch.update(self.simulation.trace());
            if self.simulation.now().since(began) > PATIENCE {
                let waited = PATIENCE.0 / 1_000_000;
                let condition = condition.words().join(", ");
                return Err(format!("after {waited} s this did not hold: {condition}"));
            }
        }
        self.clock = self.simulation.now().max(self.clock) + self.chance(NOTICED_WITHIN);
        Ok(())
    }

    fn holds(&self, condition: &Condition) -> Result<bool, String> {
        let trace = self.simulation.trace();
        let acked = match &condition.acked {
            None => true,
            Some(acked) => {
                let since = self.marks.get(&acked.since);
                let since =
                    since.ok_or_else(|| format!("no mark '{}' stands before", acked.since))?;
                acked_since(trace, *since) > acked.more_than
            }
        };
        let answered = !condition.answered
            || self.watch.answered >= trace.sends.len()
            || self.exit.is_some_and(|exit| self.has_happened(exit));
        let happened =
            !condition.happened || self.placed.iter().all(|(fault, _)| self.has_happened(*fault));
        Ok(acked && answered && happened && self.watch.holds(condition))
    }

    /// Lets what is under way arrive.
    fn settle(&mut self) -> Result<(), String> {
        self.clock = self.clock + SETTLING;
        if self.sending.is_some() {
            self.simulation.end_sends(self.clock);
        }
        self.advance()?;
        match self.placed.iter().find(|(fault, _)| !self.has_happened(*fault)) {
            Some((_, here)) => Err(format!("{here}: it did not happen")),
            None => Ok(()),
        }
    }

    fn ended(mut self) -> Played {
        let sends = self.simulation.trace().sends.len();
        self.end_group(sends);
        Played {
            replicas: self.settled.replicas.len() as u32,
            trace: self.simulation.into_trace(),
            marks: self.marks,
            groups: self.groups,
        }
    }
}

/// What is due at this very moment has not been sent.
const fn before(moment: SimTime) -> SimTime {
    SimTime(moment.0 - 1)
}

/// Records acknowledged from `since` on.
fn acked_since(trace: &Trace, since: SimTime) -> u32 {
    let finishes = trace.finishes.rows().rev().take_while(|finish| finish.at >= since);
    finishes
        .filter(|finish| !finish.late && finish.failure == trace::NONE)
        .map(|finish| trace.opens.records().get(finish.batch.0))
        .sum()
}

/// The records of a group, as identities.
pub(super) fn records(range: &std::ops::Range<u32>) -> impl Iterator<Item = RecordId> + use<> {
    range.clone().map(RecordId)
}
