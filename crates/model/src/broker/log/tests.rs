//! Logs, epochs, the disk, and what is remembered of producers.

use super::*;
use trace::ErrorCode;

fn batch(base: i64, records: u32, epoch: i32, sequence: i32) -> LogBatch {
    LogBatch {
        base: Offset(base),
        records,
        bytes: Bytes(100),
        leader_epoch: Epoch(epoch),
        batch: BatchId(0),
        first: RecordId(0),
        producer_id: 7,
        producer_epoch: 0,
        base_sequence: sequence,
    }
}

/// A log of these batches: records and leader's epochs; sequences follow each other.
fn log(batches: &[(u32, i32)]) -> (Log, Vec<LogBatch>) {
    let (mut log, mut all) = (Log::new(), Vec::new());
    for (number, (records, epoch)) in (0..).zip(batches) {
        let end = log.log_end().0;
        all.push(batch(end, *records, *epoch, end as i32));
        log.append(number, &all[number as usize]);
    }
    (log, all)
}

#[test]
fn an_epoch_ends_where_the_next_one_begins_or_at_the_log_end() {
    let (mut log, _) = log(&[(10, 0), (5, 2)]);
    log.begin_epoch(Epoch(4));
    assert_eq!(log.end_offset_for(Epoch(0)), Some((Epoch(0), Offset(10))));
    assert_eq!(log.end_offset_for(Epoch(1)), Some((Epoch(0), Offset(10))));
    assert_eq!(log.end_offset_for(Epoch(2)), Some((Epoch(2), Offset(15))));
    assert_eq!(log.end_offset_for(Epoch(9)), Some((Epoch(4), Offset(15))));
    assert_eq!(Log::new().end_offset_for(Epoch(0)), None);
}

#[test]
fn a_truncated_log_forgets_epochs_and_producers_behind_its_end() {
    let (mut log, all) = log(&[(10, 0), (5, 1), (5, 2)]);
    log.truncate(Offset(12), &all);
    assert_eq!(log.log_end(), Offset(10), "a batch is whole or gone");
    assert_eq!(log.latest_epoch(), Some(Epoch(0)));
    assert_eq!(log.producers().duplicate(&all[1]), None);
    assert_eq!(log.producers().duplicate(&all[0]), Some(Offset(0)));
    assert_eq!(log.producers().sequence_error(&batch(10, 1, 3, 10)), ErrorCode::None);
}

#[test]
fn the_first_batch_is_read_whatever_its_size_and_then_what_fits() {
    let (log, all) = log(&[(1, 0), (1, 0), (1, 0), (1, 0)]);
    assert_eq!(log.read(Offset(0), Bytes(10), &all), [0]);
    assert_eq!(log.read(Offset(1), Bytes(250), &all), [1, 2]);
    assert_eq!(log.read(Offset(4), Bytes(250), &all), [0; 0]);
}

#[test]
fn a_repeated_batch_is_known_by_exactly_its_sequences() {
    let (log, _) = log(&[(5, 0), (5, 0)]);
    assert_eq!(log.producers().duplicate(&batch(0, 5, 0, 5)), Some(Offset(5)));
    assert_eq!(log.producers().duplicate(&batch(0, 4, 0, 5)), None, "re-split");
    assert_eq!(log.producers().duplicate(&batch(0, 5, 0, 6)), None);
}

#[test]
fn five_batches_of_a_producer_are_remembered_and_one_after_a_restart() {
    let (mut log, all) = log(&[(1, 0); 6]);
    assert_eq!(log.producers().duplicate(&all[0]), None);
    assert_eq!(log.producers().sequence_error(&all[0]), ErrorCode::OutOfOrderSequenceNumber);
    assert_eq!(log.producers().duplicate(&all[1]), Some(Offset(1)));
    log.restart();
    assert_eq!(log.producers().duplicate(&all[4]), None);
    assert_eq!(log.producers().duplicate(&all[5]), Some(Offset(5)));
    log.truncate(Offset(5), &all);
    assert_eq!(log.producers().duplicate(&all[3]), None, "the snapshot had one batch");
    assert_eq!(log.producers().duplicate(&all[4]), Some(Offset(4)));
}

#[test]
fn a_gap_is_out_of_order_and_an_unknown_producer_may_start_anywhere() {
    let (log, _) = log(&[(5, 0)]);
    let producers = log.producers();
    assert_eq!(producers.sequence_error(&batch(5, 1, 0, 6)), ErrorCode::OutOfOrderSequenceNumber);
    assert_eq!(producers.sequence_error(&batch(5, 1, 0, 5)), ErrorCode::None);
    let unknown = LogBatch { producer_id: 8, ..batch(5, 1, 0, 99) };
    assert_eq!(producers.sequence_error(&unknown), ErrorCode::None);
}

#[test]
fn a_new_producer_epoch_starts_at_zero_and_an_old_one_is_refused() {
    let (mut log, _) = log(&[(5, 0)]);
    let newer = |sequence| LogBatch { producer_epoch: 1, ..batch(5, 1, 0, sequence) };
    let error = |log: &Log, batch: &LogBatch| log.producers().sequence_error(batch);
    assert_eq!(error(&log, &newer(5)), ErrorCode::OutOfOrderSequenceNumber);
    assert_eq!(error(&log, &newer(0)), ErrorCode::None);
    log.append(1, &newer(0));
    assert_eq!(error(&log, &batch(6, 1, 0, 5)), ErrorCode::InvalidProducerEpoch);
}

#[test]
fn sequences_start_again_behind_the_largest_one() {
    let mut log = Log::new();
    log.append(0, &batch(0, 2, 0, i32::MAX - 1));
    assert_eq!(log.producers().sequence_error(&batch(2, 1, 0, 0)), ErrorCode::None);
}

#[test]
fn what_the_disk_has_survives_a_loss_of_power_and_nothing_else() {
    let writeback = Micros(30_000_000);
    let (mut log, all) = log(&[(1, 0)]);
    log.wrote(SimTime(0), writeback, i64::MAX);
    let next = batch(1, 1, 0, 1);
    log.append(1, &next);
    log.wrote(SimTime(20_000_000), writeback, i64::MAX);
    let _ = all;
    assert_eq!(log.durable_end(SimTime(29_999_999), writeback), Offset(0));
    assert_eq!(log.durable_end(SimTime(30_000_000), writeback), Offset(1));
    log.flush();
    assert_eq!(log.durable_end(SimTime(30_000_000), writeback), Offset(2));
}

#[test]
fn log_flush_interval_messages_brings_every_so_many_records_to_the_disk() {
    let writeback = Micros(30_000_000);
    let mut log = Log::new();
    for n in 0..5 {
        log.append(n, &batch(i64::from(n), 1, 0, n as i32));
        log.wrote(SimTime(0), writeback, 2);
    }
    assert_eq!(log.durable_end(SimTime(1), writeback), Offset(4));
}

#[test]
fn an_epoch_in_which_nothing_was_written_is_forgotten_when_the_next_begins() {
    let (mut log, _) = log(&[(10, 0)]);
    log.begin_epoch(Epoch(1));
    log.begin_epoch(Epoch(2));
    assert_eq!(log.latest_epoch(), Some(Epoch(2)));
    assert_eq!(log.end_offset_for(Epoch(1)), Some((Epoch(0), Offset(10))));
}

#[test]
fn what_was_cut_and_written_again_is_not_on_the_disk() {
    const WRITEBACK: Micros = Micros(30_000_000);
    let at = |seconds: i64| SimTime(seconds * 1_000_000);
    // flushed as a whole, or written back
    for flushed in [true, false] {
        let (mut log, mut all) = log(&[(5, 0), (5, 0)]);
        log.wrote(at(0), WRITEBACK, i64::MAX);
        if flushed {
            log.flush();
        }
        assert_eq!(log.durable_end(at(31), WRITEBACK), Offset(10));
        log.truncate(Offset(5), &all);
        all.push(batch(5, 5, 1, 5));
        log.append(2, &all[2]);
        log.wrote(at(32), WRITEBACK, i64::MAX);
        let durable = log.durable_end(at(33), WRITEBACK);
        assert!(durable <= Offset(5), "flushed: {flushed}, {durable:?}");
        assert_eq!(log.durable_end(at(62), WRITEBACK), Offset(10));
    }
}

#[test]
fn what_a_cut_leaves_of_a_write_is_written_back_when_it_would_have_been() {
    const WRITEBACK: Micros = Micros(30_000_000);
    let (mut log, all) = log(&[(5, 0), (5, 0)]);
    log.wrote(SimTime(0), WRITEBACK, i64::MAX);
    log.truncate(Offset(5), &all);
    assert_eq!(log.durable_end(SimTime(29_999_999), WRITEBACK), Offset(0));
    assert_eq!(log.durable_end(SimTime(30_000_000), WRITEBACK), Offset(5));
}

#[test]
fn a_log_that_was_cut_below_its_last_restart_remembers_five_batches_from_there_on() {
    let (mut log, mut all) = log(&[(1, 0), (1, 0), (1, 0), (1, 0)]);
    log.restart();
    log.truncate(Offset(1), &all);
    for number in 4..9 {
        let end = log.log_end().0;
        all.push(batch(end, 1, 1, end as i32));
        log.append(number, &all[number as usize]);
    }
    // cut by one: the four that are left of the five behind the snapshot, and the one in it
    log.truncate(Offset(5), &all);
    for known in [0, 4, 5, 6, 7] {
        assert!(log.producers().duplicate(&all[known]).is_some(), "{known}");
    }
}
