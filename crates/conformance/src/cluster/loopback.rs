//! What the recorded clusters' machine took: one set of times for all runs, and chance for phases.
//!
//! Loopback, one JVM a broker. None of these is Kafka's; a run's seconds come from its settings.

use units::Micros;

/// One way between the producer and a broker. An `acks=1` record is acknowledged after 0.6 to 0.8 ms
/// (01-steady, medians): there, append, back.
pub(super) const CLIENT_ONE_WAY: Micros = Micros(250);

/// One way between brokers. `acks=all` takes 1 ms more than `acks=1` (01-steady): an answer with the
/// record to the follower, the next fetch back.
pub(super) const REPLICATION_ONE_WAY: Micros = Micros(400);

/// An append.
pub(super) const APPEND: Micros = Micros(150);

/// The controller writes a decision.
pub(super) const CONTROLLER_COMMIT: Micros = Micros(2_000);

/// A written decision reaches the brokers and is applied, least and greatest. From a decision to the
/// leader's next acknowledgement it took 30 to 53 ms (02a, 02c, 04a), of which the controller gathers for
/// 25 (`controller.quorum.append.linger.ms`) and writes.
pub(super) const METADATA_DELIVERY: [Micros; 2] = [Micros(2_000), Micros(22_000)];

/// … and some brokers up to so much later than others, drawn for each.
pub(super) const METADATA_SPREAD: Micros = Micros(2_000);

/// From SIGKILL to the reset of the process's sockets: the client learned it after 31 to 66 ms (13a to
/// 13f, `node 1 disconnected`). The process does nothing any more meanwhile.
pub(super) const SOCKETS_RESET: Micros = Micros(40_000);

/// From the start of a process until it asks to be registered, least and greatest of all runs: it asks
/// first after 1.4 to 1.8 s (13d, 13f), is registered after 1.2 to 3.5 s, and then takes up to 1.6 s
/// until it may be un-fenced (07), which is counted here.
pub(super) const PROCESS_START: [Micros; 2] = [Micros(1_000_000), Micros(5_000_000)];

/// The script looks at the cluster this often, and so notices late.
pub(super) const NOTICED_WITHIN: Micros = Micros(20_000);

/// The client's process, which is the recorder's own, stands still now and then: where nothing at all
/// happened, records sent each 20 ms were acknowledged 26 to 54 ms apart (04b, 04c), records sent each 5 ms
/// 79 ms apart (10 with acks=1, second repetition). At most so long …
pub(super) const PAUSE: Micros = Micros(90_000);

/// … and perhaps once in such a time, while the script waits.
pub(super) const PAUSE_EVERY: Micros = Micros(500_000);

/// Of several topics that change at once, a leader offers one to the controller and the others when that is
/// answered: 37 to 69 ms later (14). A part is a run of one topic: its offers are up to so much later.
pub(super) const OFFER_BEHIND: Micros = Micros(60_000);

/// A TCP hop that holds bytes holds them so much longer than it should: 2 d takes 4.4 to 5.8 ms more
/// (09b, 12).
pub(super) const HOP: Micros = Micros(1_000);

/// Milliseconds below this are the machine's: a recorded time may be so far outside the model's, and the
/// model's, which has them too, so far outside the rule's.
pub(super) const MACHINE: Micros = Micros(20_000);

/// A number below `bound` for this purpose of a seed.
pub(super) fn drawn(seed: u64, purpose: u64, bound: Micros) -> Micros {
    let mut z =
        seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ purpose.wrapping_mul(0xd1b5_4a32_d192_ed03);
    for _ in 0..2 {
        z = (z ^ (z >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    }
    z ^= z >> 32;
    Micros(((u128::from(z) * u128::from(bound.0)) >> 64) as u64)
}
