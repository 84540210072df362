//! What a rule allows, as a sum of times: `S - H`, `S + S/8 + 100`, `2*R + 300`.

use super::loopback::PROCESS_START;
use super::scenario::Settled;
use units::{Micros, Millis};

/// The time of an expression, in microseconds. Its terms stand between blanks and signs: a number of
/// milliseconds, or a symbol, perhaps with a factor before it (`2*R`) and a divisor behind it (`S/8`).
pub(super) fn bound(text: &str, settled: &Settled, held: Micros) -> Result<i64, String> {
    let (mut sum, mut sign) = (0, 1);
    for word in text.split_whitespace() {
        match word {
            "+" => sign = 1,
            "-" => sign = -1,
            term => {
                let micros = value(term, settled, held);
                sum += sign * micros.ok_or_else(|| format!("'{term}' in '{text}' is no time"))?;
            }
        }
    }
    Ok(sum)
}

fn value(term: &str, settled: &Settled, held: Micros) -> Option<i64> {
    let (factor, term) = term.split_once('*').unwrap_or(("1", term));
    let (name, divisor) = term.split_once('/').unwrap_or((term, "1"));
    let micros = match name.parse::<i64>() {
        Ok(ms) => ms * 1000,
        Err(_) => symbol(name, settled, held)?,
    };
    let divisor: i64 = divisor.parse().ok().filter(|divisor| *divisor > 0)?;
    Some(factor.parse::<i64>().ok()? * micros / divisor)
}

fn symbol(name: &str, settled: &Settled, held: Micros) -> Option<i64> {
    let replication = &settled.replication;
    let millis = |millis: Millis| Micros::from(millis);
    let micros = match name {
        "S" => millis(replication.broker_session_timeout),
        "H" => millis(replication.broker_heartbeat_interval),
        "L" => millis(replication.replica_lag_time_max),
        "W" => millis(replication.replica_fetch_wait_max),
        "B" => millis(replication.replica_fetch_backoff),
        "R" => millis(settled.producer.request_timeout()),
        "D" => millis(settled.producer.delivery_timeout()),
        "d" => held,
        "START_LEAST" => PROCESS_START[0],
        "START_GREATEST" => PROCESS_START[1],
        _ => return None,
    };
    i64::try_from(micros.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::script::Script;

    #[track_caller]
    fn check(text: &str, want: Result<i64, &str>) {
        let script = r#"{"format": 1, "name": "n", "about": "", "outcomes": [],
            "brokers": {"broker.session.timeout.ms": "3000"}, "held": {"replication_ms": 10}}"#;
        let part = &Script::parse(script).expect("it is a script").whole_parts()[0];
        let settled = Settled::of(part).expect("its settings are Kafka's");
        let got = bound(text, &settled, Micros(10_000));
        assert_eq!(got, want.map_err(str::to_owned));
    }

    #[test]
    fn terms_add_up_with_their_signs() {
        check("S - H", Ok(1_000_000));
        check("S + S/8 + 100", Ok(3_475_000));
        check("2*R + 0", Ok(60_000_000));
        check("4*d", Ok(40_000));
        check("", Ok(0));
    }

    #[test]
    fn what_is_no_time_is_named() {
        check("S - Q", Err("'Q' in 'S - Q' is no time"));
        check("S/0", Err("'S/0' in 'S/0' is no time"));
    }
}
