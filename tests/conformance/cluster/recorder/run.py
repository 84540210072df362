#!/usr/bin/env python3
"""Runs the faults against real brokers and writes ../outcomes/*.json.   run.py [name prefix ...]   (no argument: everything)"""
import os, sys, threading, time
from cluster import FAST, Cluster, classify, gap, latency, now, save

REPS = int(os.environ.get("REPS", 3))
M = 1_000_000           # ids of a second producer in the same topic start here


def kept(r, *drop):
    return {k: v for k, v in r.items() if k not in drop and v not in (None, [], {})}


def waited(records, g, t0):
    """Records that were sent before the end of the gap and answered at or after it."""
    end = t0 + g['to_ms']
    return sum(r['sent'] < end <= r['done'] for r in records) if g else 0


def first_ack(records, t):
    """Time from t to the first acknowledgement of a record after t."""
    d = [r['done'] for r in records if r['error'] is None and r['done'] >= t]
    return min(d) - t if d else None


# ---------------------------------------------------------------- 1

def r01_steady(c):
    fixed = {'producer': {'linger.ms': 0, 'a record of 100 bytes every': '5 ms', 'records': 400}}
    warm = c.topic('warm')
    for acks in (0, 1, 'all'):
        c.finish(c.produce(warm, acks, 2, 500), 5)
    reps = []
    for _ in range(REPS):
        out = []
        for min_isr in (1, 2, 3):
            for acks in (0, 1, 'all'):
                t = c.topic('steady', min_isr)
                p = c.produce(t, acks, 5, 400)
                time.sleep(2.2)
                rec = c.finish(p)['records']
                out.append({'min': min_isr, 'acks': acks, 'ack_latency': latency(rec[100:]),
                            'offsets_reported': f"{min(r['offset'] for r in rec)}..{max(r['offset'] for r in rec)}",
                            **classify(rec, c.read(t)['ids']), 'leo': [c.log(b, t)['leo'] for b in (1, 2, 3)]})
        reps.append(out)
    save('01-steady', 'No fault. Latency of records 100 to 399 (loopback; two shared cores, so milliseconds are only indicative).', c, fixed, [], reps)


# ---------------------------------------------------------------- 2

def kill_follower(c, name, about, tail, **config):
    reps = []
    for _ in range(REPS):
        t = c.topic('follower', 2)
        p = c.produce(t, 'all', 10, **config)
        time.sleep(1)
        t0 = c.kill(3)
        c.wait_state(t, lambda s: s['isr'] == [1, 2])
        time.sleep(tail)
        a = c.finish(p)
        rec, g = a['records'], gap(a['records'], t0)
        restart = c.start(3)
        c.restore(t)
        reps.append({'controller': c.history(t, t0, restart), 'stall': g, 'records_answered_after_the_stall_but_sent_before_its_end': waited(rec, g, t0),
                     'client': c.client_log(p, t0), 'record-retry-total': a['record-retry-total'], 'fate': classify(rec, c.read(t)['ids']),
                     'restart_at_ms': restart - t0, 'after_restart': c.history(t, restart)})
    save(name, about, c, {'topic': {'min.insync.replicas': 2}, 'producer': {'acks': 'all', 'linger.ms': 0, 'a record every': '10 ms', **config}},
         ['0: SIGKILL broker 3 (a follower)', 'ISR is [1, 2]: some time later the producer ends', 'then broker 3 is started again'], reps)


def r02a_kill_follower(c):
    kill_follower(c, '02a-kill-follower', 'One follower dies; the producer has time.', 1.5)


def r02b_kill_follower_short_delivery(c):
    kill_follower(c, '02b-kill-follower-short-delivery', 'One follower dies; delivery.timeout.ms is shorter than the stall.', 1.5,
                  **{'delivery.timeout.ms': 1500, 'request.timeout.ms': 1000})


def r02c_kill_follower_defaults(c):
    kill_follower(c, '02c-kill-follower-defaults', 'As 02a with every broker setting at its default.', 1.5)


# ---------------------------------------------------------------- 3, 4

def kill_both(c, name, about, min_isr, acks, **config):
    reps = []
    for _ in range(REPS):
        t = c.topic('both', min_isr)
        p = c.produce(t, acks, 20, **config)
        time.sleep(1)
        t0 = c.kill(2, 3)
        c.wait_state(t, lambda s: s['isr'] == [1])
        time.sleep(3)
        alone = c.poll(p)
        leo, visible = c.log(1, t)['leo'], c.helper('latest', topic=t)['offset']
        restart = c.start(2)
        c.wait_state(t, lambda s: 2 in s['isr'])
        time.sleep(2.5)
        a = c.finish(p)
        rec = a['records']
        c.restore(t)
        back = [e['at_ms'] for e in c.history(t, t0) if e['at_ms'] > restart - t0 and 2 in e.get('isr', [])][0]
        reps.append({'controller': c.history(t, t0, t0 + back), 'longest_gap_between_acks': gap(rec, t0),
                     'while_isr_is_1': {'sent': alone['sent'], 'acked': alone['acked'], 'failed': alone['failed'], 'leader_log_end': leo, 'visible_below': visible},
                     'client': c.client_log(p, t0), 'restart_of_2_at_ms': restart - t0, 'two_in_isr_at_ms': back,
                     'first_ack_after_that_ms': first_ack(rec, t0 + back), 'record-retry-total': a['record-retry-total'],
                     'fate': classify(rec, c.read(t)['ids'])})
    save(name, about, c, {'topic': {'min.insync.replicas': min_isr}, 'producer': {'acks': acks, 'linger.ms': 0, 'a record every': '20 ms', **config}},
         ['0: SIGKILL brokers 2 and 3 (both followers)', '3 s after ISR is [1]: broker 2 is started', '2.5 s after 2 is in the ISR: the producer ends'], reps)


def r03a_kill_both(c):
    kill_both(c, '03a-kill-both-min2', 'Both followers die under acks=all, min 2; short request timeout.', 2, 'all', **{'request.timeout.ms': 2000, 'delivery.timeout.ms': 60000})


def r03b_kill_both_default_timeout(c):
    kill_both(c, '03b-kill-both-min2-default-timeout', 'The same with request.timeout.ms at its default of 30 s.', 2, 'all')


def r03c_kill_both_not_idempotent(c):
    kill_both(c, '03c-kill-both-min2-not-idempotent', 'As 03a with enable.idempotence=false.', 2, 'all',
              **{'request.timeout.ms': 2000, 'delivery.timeout.ms': 60000, 'enable.idempotence': 'false'})


def r04a_kill_both_min1(c):
    kill_both(c, '04a-kill-both-min1', 'Both followers die under acks=all, min 1.', 1, 'all')


def r04b_kill_both_acks1_min1(c):
    kill_both(c, '04b-kill-both-acks1-min1', 'Both followers die under acks=1, min 1.', 1, 1)


def r04c_kill_both_acks1_min2(c):
    kill_both(c, '04c-kill-both-acks1-min2', 'Both followers die under acks=1, min 2.', 2, 1)


# ---------------------------------------------------------------- 5

def r05_hung_followers_dead_leader(c):
    for acks in (0, 1, 'all'):
        reps = []
        for _ in range(REPS):
            t = c.topic('loss', 1)
            p = c.produce(t, acks, 5, **{'delivery.timeout.ms': 30000, 'request.timeout.ms': 5000})
            time.sleep(0.8)
            before = c.poll(p)['acked']
            t0 = c.stop(2, 3)
            time.sleep(1)
            at_halt = c.halt(p)
            time.sleep(0.05)
            acked = c.poll(p)['acked']
            leader_leo = c.log(1, t)['leo']
            kill = c.kill(1)
            follower_leo = [c.log(b, t)['leo'] for b in (2, 3)]
            cont = c.cont(2, 3)
            s = c.wait_state(t, lambda s: s['leader'] > 1)
            rec = c.finish(p)['records']
            time.sleep(0.5)
            new = c.produce(t, 'all', 5, 50, base=M)
            time.sleep(1)
            rec2 = c.finish(new)['records']
            after = c.read(t)
            fate = classify(rec, after['ids'])
            leo_old, leo_new = c.log(1, t), c.log(s['leader'], t)
            restart = c.start(1)
            c.restore(t)
            time.sleep(1)
            final = c.log(1, t)
            reps.append({'acked_before_the_hang': before, 'sent': at_halt['sent'], 'acked_when_leader_is_killed': acked, 'leader_log_end_when_killed': leader_leo,
                         'follower_log_ends_when_leader_is_killed': follower_leo, 'kill_at_ms': kill - t0, 'continue_at_ms': cont - t0,
                         'controller': c.history(t, t0, restart), 'fate_on_new_leader': fate,
                         'second_producer_on_new_leader': {'acked': sum(r['error'] is None for r in rec2), 'first_offset': rec2[0]['offset']},
                         'old_leader_returns': {'log_end_before': leo_old['leo'], 'new_leader_log_end': leo_new['leo'], 'log_end_after': final['leo'],
                                                'its_log': c.broker_log(1, r'[Tt]runcat\w+ .*', restart)[:6], 'epochs_in_its_log': final['epochs'],
                                                'same_records_as_leader': final['ids'] == c.log(s['leader'], t)['ids'],
                                                'lost_records_that_reappeared': classify(rec, c.read(t)['ids'])['acked_present'] - fate['acked_present']}})
        save(f'05-hung-followers-dead-leader-acks{acks}', 'Both followers hang, the leader goes on and is killed, the followers wake up: what was acknowledged meanwhile.', c,
             {'topic': {'min.insync.replicas': 1}, 'producer': {'acks': acks, 'linger.ms': 0, 'a record every': '5 ms', 'delivery.timeout.ms': 30000, 'request.timeout.ms': 5000}},
             ['0: SIGSTOP brokers 2 and 3', '1000: no more sends', '1050: SIGKILL broker 1 (leader), SIGCONT 2 and 3', 'new leader known: second producer sends 50 records', 'broker 1 is started again'], reps)


# ---------------------------------------------------------------- 6

def hung_leader(c, name, about, acks, wait_acks, min_isr=2, **config):
    reps = []
    for _ in range(REPS):
        t = c.topic('hung', min_isr)
        p = c.produce(t, acks, 10, **config)
        time.sleep(1)
        leo0 = c.log(1, t)['leo']
        t0 = c.stop(1)
        stopped_leo = c.log(1, t)['leo']
        n0 = c.poll(p)['acked']
        c.wait_state(t, lambda s: s['leader'] != 1)
        c.wait(lambda: c.poll(p)['acked'] > n0 + 20, wait_acks, 'acks resume')
        time.sleep(0.5)
        threading.Timer(0.1, lambda: c.cont(1)).start()
        cont = now() + 100
        tail = c.helper('tail', dir=f'{c.dir}/n1/{t}-0', ms=2500)
        a = c.finish(p)
        rec = a['records']
        c.restore(t)
        time.sleep(0.5)
        reps.append({'controller': c.history(t, t0, cont + 3000), 'longest_gap_between_acks': gap(rec, t0), 'client': c.client_log(p, t0), 'record-retry-total': a['record-retry-total'],
                     'zombie': {'continued_at_ms': cont - t0, 'log_end_when_stopped': stopped_leo, 'largest_log_end_seen_after': tail['max_leo'],
                                'accepted_after_waking': max(0, tail['max_leo'] - stopped_leo), 'log_cut_at_ms_after_waking': tail['cut_at'] and tail['cut_at'] - cont,
                                'its_log': [x['line'] for x in c.broker_log(1, r'Truncating .*|truncat\w+ .* offset.*', cont) if t in x['line']][:4]},
                     'fate': classify(rec, c.read(t)['ids'])})
    save(name, about, c, {'topic': {'min.insync.replicas': min_isr}, 'producer': {'acks': acks, 'linger.ms': 0, 'a record every': '10 ms', **config}},
         ['0: SIGSTOP broker 1 (leader)', 'about 0.7 s after the producer is acknowledged again: SIGCONT broker 1', '2.5 s later the producer ends'], reps)


SHORT = {'request.timeout.ms': 2000, 'delivery.timeout.ms': 60000}


def r06a_hung_leader(c):
    hung_leader(c, '06a-hung-leader-acks1', 'The leader hangs under load, acks=1.', 1, 30, **SHORT)
    hung_leader(c, '06b-hung-leader-all-idempotent', 'The leader hangs under load, acks=all, idempotent.', 'all', 30, **SHORT)
    hung_leader(c, '06c-hung-leader-all-not-idempotent', 'The leader hangs under load, acks=all, enable.idempotence=false.', 'all', 30, **SHORT, **{'enable.idempotence': 'false'})


def r06d_unanswered_batch(c):
    for idem in ('true', 'false'):
        reps = []
        for _ in range(REPS):
            t = c.topic('unanswered', 2)
            p = c.produce(t, 'all', 50, **SHORT, **{'enable.idempotence': idem})
            time.sleep(1)
            t0 = c.stop(2, 3)
            time.sleep(0.4)
            leo = [c.log(b, t)['leo'] for b in (1, 2, 3)]
            c.stop(1)
            acked = c.poll(p)['acked']
            c.cont(2, 3)
            c.wait_state(t, lambda s: s['leader'] != 1)
            time.sleep(0.2)
            leo2 = [c.log(b, t)['leo'] for b in (1, 2, 3)]
            c.wait(lambda: c.poll(p)['acked'] > acked + 20, 30, 'acks resume')
            threading.Timer(0.1, lambda: c.cont(1)).start()
            tail = c.helper('tail', dir=f'{c.dir}/n1/{t}-0', ms=2500)
            a = c.finish(p)
            c.restore(t)
            time.sleep(0.5)
            reps.append({'acked_when_leader_hangs': acked, 'log_ends_when_leader_hangs': leo, 'log_ends_after_election': leo2,
                         'controller': c.history(t, t0), 'client': c.client_log(p, t0), 'record-retry-total': a['record-retry-total'],
                         'zombie_largest_log_end_after_waking': tail['max_leo'], 'fate': classify(a['records'], c.read(t)['ids'])})
        save(f'06d-unanswered-batch-idempotence-{idem}', 'A batch reaches the followers, but the leader hangs before it can answer: is the retry a duplicate?', c,
             {'topic': {'min.insync.replicas': 2}, 'producer': {'acks': 'all', 'linger.ms': 0, 'a record every': '50 ms', **SHORT, 'enable.idempotence': idem}},
             ['0: SIGSTOP brokers 2 and 3 (their next fetch answer waits in the socket)', '400: SIGSTOP broker 1, SIGCONT 2 and 3', 'acks resumed: SIGCONT broker 1'], reps)


def r06e_hung_leader_defaults(c):
    hung_leader(c, '06e-hung-leader-defaults', 'The leader hangs; every broker and producer setting at its default but linger.ms.', 'all', 90)


def r06f_woken_leader(c):
    for acks in (1, 'all'):
        reps = []
        for _ in range(REPS):
            t = c.topic('woken', 2)
            p = c.produce(t, acks, 5)
            time.sleep(1)
            t0 = c.stop(1)
            stopped_leo = c.log(1, t)['leo']
            c.wait_state(t, lambda s: s['leader'] != 1)
            time.sleep(0.3)
            before = c.poll(p)
            threading.Timer(0.1, lambda: c.cont(1)).start()
            cont = now() + 100
            tail = c.helper('tail', dir=f'{c.dir}/n1/{t}-0', ms=2500)
            a = c.finish(p)
            rec = a['records']
            c.restore(t)
            time.sleep(0.5)
            ids = c.read(t)['ids']
            lost = [r for r in rec if r['error'] is None and r['id'] not in set(ids)]
            reps.append({'controller': c.history(t, t0), 'acked_while_leader_hung': before['acked'] - sum(r['done'] < t0 for r in rec), 'sent_before_waking': before['sent'],
                         'longest_gap_between_acks': gap(rec, t0), 'client': c.client_log(p, t0), 'record-retry-total': a['record-retry-total'],
                         'zombie': {'continued_at_ms': cont - t0, 'log_end_when_stopped': stopped_leo, 'largest_log_end_seen_after': tail['max_leo'],
                                    'log_cut_at_ms_after_waking': tail['cut_at'] and tail['cut_at'] - cont,
                                    'its_log': [x['line'] for x in c.broker_log(1, r'Truncating .*', cont) if t in x['line']][:3]},
                         **({'lost_records_were_acked_ms_after_waking': [min(r['done'] for r in lost) - cont, max(r['done'] for r in lost) - cont]} if lost else {}),
                         'fate': classify(rec, ids)})
        save(f'06f-woken-leader-acks{acks}', 'The leader hangs, is replaced, and wakes up while the producer still waits for it.', c,
             {'topic': {'min.insync.replicas': 2}, 'producer': {'acks': acks, 'linger.ms': 0, 'a record every': '5 ms'}},
             ['0: SIGSTOP broker 1 (leader)', '0.4 s after the new leader is chosen: SIGCONT broker 1', '2.5 s later the producer ends'], reps)


# ---------------------------------------------------------------- 7

def last_standing(c, how):
    kinds = [(m, u) for m in (1, 2) for u in ('false', 'true')]
    reps = []
    for _ in range(REPS):
        ts = {k: c.topic('last', k[0], **{'unclean.leader.election.enable': k[1]}) for k in kinds}
        first = {k: c.finish(c.produce(t, 'all', 5, 50), 5)['records'] for k, t in ts.items()}
        c.kill(3)
        for t in ts.values():
            c.wait_state(t, lambda s: s['isr'] == [1, 2])
        c.kill(2) if how == 'SIGKILL' else c.term(2)
        for t in ts.values():
            c.wait_state(t, lambda s: s['isr'] == [1])
        second = {}
        for k, t in ts.items():
            p = c.produce(t, 'all' if k[0] == 1 else 1, 5, 100, base=M)
            time.sleep(0.9)
            second[k] = c.finish(p, 5)['records']
        t0 = c.kill(1)
        for t in ts.values():
            c.wait_state(t, lambda s: s['leader'] == -1 or s['leader'] > 1)
        start2 = c.start(2)
        c.wait(lambda: c.active(2), 30, 'broker 2 active')
        time.sleep(2)
        after2 = {k: c.state(t)['leader'] for k, t in ts.items()}
        start1 = c.start(1)
        c.wait(lambda: c.active(1), 30, 'broker 1 active')
        time.sleep(2.5)
        after1 = {k: c.state(t)['leader'] for k, t in ts.items()}
        end1 = now()
        for t in ts.values():
            c.restore(t)
        time.sleep(0.5)
        rep = []
        for k, t in ts.items():
            ids = c.read(t)['ids']
            rep.append({'min': k[0], 'unclean.leader.election.enable': k[1], 'leader_after_2_returned': after2[k], 'leader_after_1_returned': after1[k],
                        'fate_of_50_sent_with_isr_123_acks_all': kept(classify(first[k], ids), 'errors'),
                        f"fate_of_100_sent_with_isr_1_acks_{'all' if k[0] == 1 else 1}": kept(classify(second[k], ids), 'errors'),
                        'controller': [e for e in c.history(t, t0, end1) if 'leader' in e],
                        'broker_1_log': [x['line'] for x in c.broker_log(1, r'Truncating .*', start1) if t in x['line']][:3]})
        reps.append({'start_of_2_at_ms': start2 - t0, 'start_of_1_at_ms': start1 - t0,
                     'brokers': [e for e in c.history('', t0, end1) if 'broker' in e], 'topics': rep})
    save(f"07-last-standing-elr{'on' if c.elr else 'off'}-2-{how}", f'3 dies, 2 goes by {how}, 1 goes on alone and dies; 2 comes back first, then 1, then 3. Four topics at once.', c,
         {'producer': {'linger.ms': 0}}, ['before 0: 50 records acks=all; SIGKILL 3; fenced; ' + how + ' 2; ISR [1]; 100 records (acks=all if min is 1, acks=1 if min is 2)',
                                          '0: SIGKILL broker 1', 'no leader: start 2', '2 s after 2 is active: start 1', '2.5 s after 1 is active: start 3'], reps)


def r07_last_standing(c):
    last_standing(c, 'SIGKILL')
    last_standing(c, 'SIGTERM')


# ---------------------------------------------------------------- 8

def r08_min3(c):
    reps = []
    for _ in range(REPS):
        t = c.topic('min3', 3)
        p = c.produce(t, 'all', 20, **SHORT)
        time.sleep(1)
        t0 = c.kill(3)
        c.wait_state(t, lambda s: s['isr'] == [1, 2])
        time.sleep(3)
        n, leo = c.poll(p), c.log(1, t)['leo']
        restart = c.start(3)
        c.restore(t)
        back = [e['at'] for e in c.meta() if e.get('topic') == t][-1]
        time.sleep(2.5)
        a = c.finish(p)
        reps.append({'controller': c.history(t, t0), 'client': c.client_log(p, t0), 'while_isr_is_12': {**n, 'leader_log_end': leo}, 'restart_at_ms': restart - t0,
                     'isr_full_at_ms': back - t0, 'first_ack_after_that_ms': first_ack(a['records'], back), 'longest_gap_between_acks': gap(a['records'], t0),
                     'record-retry-total': a['record-retry-total'], 'fate': classify(a['records'], c.read(t)['ids'])})
    save('08-min3-one-down', 'min.insync.replicas=3 and one broker dies and returns.', c,
         {'topic': {'min.insync.replicas': 3}, 'producer': {'acks': 'all', 'linger.ms': 0, 'a record every': '20 ms', **SHORT}},
         ['0: SIGKILL broker 3', '3 s after ISR is [1, 2]: start broker 3', '2.5 s after it is in the ISR: the producer ends'], reps)


# ---------------------------------------------------------------- 9

def r09a_slow_follower(c):
    reps = []
    for _ in range(REPS):
        out = {}
        for slow in (False, True):
            for acks in (1, 'all'):
                t = c.topic('slow', 2)
                p = c.produce(t, acks, 20, 150)
                time.sleep(0.5)
                end = time.time() + 3
                while time.time() < end:
                    if slow:
                        c.stop(3); time.sleep(0.08); c.cont(3); time.sleep(0.02)
                    else:
                        time.sleep(0.1)
                out[f"acks={acks}, {'broker 3 slow' if slow else 'all healthy'}"] = latency(c.finish(p)['records'][30:])
                out.setdefault('isr_at_end', []).append(c.state(t)['isr'])
        reps.append(out)
    save('09a-slow-follower', 'Broker 3 (a follower) runs 20 ms of every 100 ms.', c,
         {'topic': {'min.insync.replicas': 2}, 'producer': {'linger.ms': 0, 'a record every': '20 ms'}}, ['all the time: SIGSTOP 80 ms, SIGCONT 20 ms on broker 3'], reps)


def r09b_commit_time(c):
    reps = []
    for _ in range(REPS):
        out = []
        for d in (0, 10, 25):
            c.helper('delay', group='replication', us=d * 1000)
            for every in (4.7 * d or 10, 1 + 0.37 * d):
                t = c.topic('commit', 2)
                row = {'d_ms': d, 'a_record_every_ms': round(every, 2)}
                for acks in (1, 'all'):
                    n = max(20, min(200, int(2500 / every)))
                    p = c.produce(t, acks, every, n, base=0 if acks == 1 else M)
                    time.sleep(n * every / 1000 + 0.3)
                    row[f'acks={acks}'] = latency(c.finish(p)['records'][5:])
                out.append(row)
        c.helper('delay', group='replication', us=0)
        reps.append(out)
    save('09b-commit-time', 'Every byte between followers and leader is held for d in each direction (TCP hop).', c,
         {'topic': {'min.insync.replicas': 2}, 'producer': {'linger.ms': 0}}, [], reps)


def r09c_commit_time_under_load(c):
    reps = []
    for _ in range(REPS):
        out = []
        for d in (10, 25):
            c.helper('delay', group='replication', us=d * 1000)
            t = c.topic('busy', 2)
            load = c.produce(t, 1, 4, base=M)
            time.sleep(2)
            p = c.produce(t, 'all', 7.3 * d, 40 if d > 10 else 80)
            rec = c.finish(p)['records']
            c.finish(load)
            us = sorted(r['us'] / 1000 / d for r in rec[5:])
            out.append({'d_ms': d, 'acks=all': latency(rec[5:]), 'in_units_of_d': {f'{q}%': round(us[int(len(us) * q / 100)], 2) for q in (5, 25, 50, 75, 95)},
                        'mean': round(sum(us) / len(us), 2)})
        c.helper('delay', group='replication', us=0)
        reps.append(out)
    save('09c-commit-time-under-load', 'acks=all records at arbitrary times while another producer keeps the followers fetching (acks=1, a record every 4 ms). d as in 09b.', c,
         {'topic': {'min.insync.replicas': 2}, 'producer': {'linger.ms': 0}}, [], reps)


# ---------------------------------------------------------------- 10

def r10_controlled_shutdown(c):
    for acks in (0, 1, 'all'):
        reps = []
        for _ in range(REPS):
            t = c.topic('shutdown', 2)
            p = c.produce(t, acks, 5)
            time.sleep(1.5)
            t0, exited = c.term(1)
            time.sleep(1)
            a = c.finish(p)
            rec = a['records']
            ids = c.read(t)['ids']
            c.restore(t)
            reps.append({'exit_at_ms': exited - t0, 'controller': c.history(t, t0, exited + 1000), 'longest_gap_between_acks': gap(rec, t0), 'latency_before': latency([r for r in rec[50:] if r['done'] < t0]),
                         'client': c.client_log(p, t0), 'record-retry-total': a['record-retry-total'], 'fate': classify(rec, ids),
                         'lost_records_that_reappeared': classify(rec, c.read(t)['ids'])['acked_present'] - classify(rec, ids)['acked_present']})
        save(f'10-controlled-shutdown-acks{acks}', 'SIGTERM to the leader under load.', c,
             {'topic': {'min.insync.replicas': 2}, 'producer': {'acks': acks, 'linger.ms': 0, 'a record every': '5 ms'}}, ['0: SIGTERM broker 1 (leader)', '1 s after its exit the producer ends'], reps)


# ---------------------------------------------------------------- 11

def r11_visibility(c):
    reps = []
    for _ in range(REPS):
        ts = {m: c.topic('visible', m) for m in (1, 2)}
        ids, info = {}, {}
        for m, t in ts.items():
            c.finish(c.produce(t, 'all', 5, 20), 5)
            c.helper('watch', id=f'w{m}', topic=t)
        time.sleep(1)
        ps = {m: c.produce(t, 1, 5, 20, base=M, start_in_ms=1000) for m, t in ts.items()}
        time.sleep(0.7)
        t0 = c.stop(2, 3)
        time.sleep(1)
        for m, p in ps.items():
            rec = c.finish(p)['records']
            info[m] = {'acked': sum(r['error'] is None for r in rec), 'first_ack_at_ms': min(r['done'] for r in rec) - t0, 'last_ack_at_ms': max(r['done'] for r in rec) - t0}
        for t in ts.values():
            c.wait_state(t, lambda s: s['isr'] == [1])
        time.sleep(2)
        for m, t in ts.items():
            r = c.read(t, bootstrap=f'127.0.0.1:{c.client_port(1)}')
            info[m].update(leader_log_end=c.log(1, t)['leo'], end_offset_while_isr_is_1=r['end'], readable_while_isr_is_1=len(r['ids']))
        cont = c.cont(2, 3)
        for t in ts.values():
            c.restore(t)
        time.sleep(1)
        for m, t in ts.items():
            seen = {int(k): v - t0 for k, v in c.helper('unwatch', id=f'w{m}')['seen'].items()}
            late = [v for k, v in seen.items() if k >= M]
            info[m].update(seen_by_consumer=len(late), first_visible_at_ms=min(late), last_visible_at_ms=max(late), controller=[e for e in c.history(t, t0) if 'leader' in e])
        reps.append({'continue_at_ms': cont - t0, **{f'min={m}': v for m, v in info.items()}})
    save('11-visibility', '20 records with acks=1 while both followers hang; a consumer waits for them.', c, {'topics': 'min.insync.replicas 1 and 2', 'producer': {'acks': 1, 'linger.ms': 0}},
         ['0: SIGSTOP brokers 2 and 3', 'about 300: 20 records to each topic, acks=1', '2 s after ISR is [1]: SIGCONT 2 and 3'], reps)


# ---------------------------------------------------------------- 12

def r12_serialised(c):
    reps = []
    for _ in range(REPS):
        out = []
        for d, p_ms in ((10, 0), (10, 10)):
            c.helper('delay', group='replication', us=d * 1000)
            c.helper('delay', group='client', us=p_ms * 1000)
            for acks in ('all', 1):
                for flight, producers in ((1, 1), (5, 1), (5, 2), (5, 4)):
                    t = c.topic('serial', 2)
                    ps = [c.produce(t, acks, 0.2, 14000, base=i * M, **{'max.in.flight.requests.per.connection': flight, 'batch.size': 1}) for i in range(producers)]
                    time.sleep(0.8)
                    a, t1 = sum(c.poll(p)['acked'] for p in ps), time.time()
                    time.sleep(2)
                    b, t2 = sum(c.poll(p)['acked'] for p in ps), time.time()
                    c.helper('delay', group='client', us=0)
                    for p in ps:
                        c.finish(p, 0)
                    c.helper('delay', group='client', us=p_ms * 1000)
                    out.append({'d_ms': d, 'p_ms': p_ms, 'acks': acks, 'max.in.flight': flight, 'producers': producers,
                                'requests_per_s': round((b - a) / (t2 - t1), 1), 'ms_per_request': round(1000 * (t2 - t1) * producers / (b - a), 2)})
        for g in ('replication', 'client'):
            c.helper('delay', group=g, us=0)
        reps.append(out)
    save('12-one-request-at-a-time', 'Throughput of one partition in requests (one record per batch). d holds follower-leader bytes, p producer-leader bytes, one way.', c,
         {'topic': {'min.insync.replicas': 2}, 'producer': {'linger.ms': 0, 'batch.size': 1}}, [], reps)


# ---------------------------------------------------------------- 13

def kill_leader(c, name, about, acks, restart_after=None, **config):
    reps = []
    for _ in range(REPS):
        t = c.topic('crash', 2)
        p = c.produce(t, acks, 5, **config)
        time.sleep(1.5)
        t0 = c.kill(1)
        started = None
        if restart_after is not None:
            time.sleep(restart_after)
            started = c.start(1)
        c.wait_state(t, lambda s: s['leader_epoch'] > 0)
        time.sleep(2)
        if started:
            c.restore(t)
        a = c.finish(p)
        rec, ids, until = a['records'], c.read(t)['ids'], now()
        leo = c.log(1, t)['leo']
        c.restore(t)
        reps.append({'controller': c.history(t, t0, until), 'longest_gap_between_acks': gap(rec, t0), 'client': c.client_log(p, t0), 'record-retry-total': a['record-retry-total'],
                     **({'restart_at_ms': started - t0, 'refused_registrations_at_ms': [x['at_ms'] + started - t0 for x in c.broker_log(1, r'DUPLICATE_BROKER_REGISTRATION', started)]} if started else {'dead_leader_log_end': leo}),
                     'fate': classify(rec, ids)})
    save(name, about, c, {'topic': {'min.insync.replicas': 2}, 'producer': {'acks': acks, 'linger.ms': 0, 'a record every': '5 ms', **config}},
         ['0: SIGKILL broker 1 (leader)'] + ([f'{restart_after * 1000:.0f}: broker 1 is started again'] if restart_after is not None else []) + ['2 s after the new leader epoch (or full ISR) the producer ends'], reps)


def r13a_kill_leader(c):
    kill_leader(c, '13a-kill-leader-acks1', 'The leader dies, healthy ISR, acks=1.', 1)
    kill_leader(c, '13b-kill-leader-all', 'The leader dies, healthy ISR, acks=all.', 'all')
    kill_leader(c, '13c-kill-leader-acks0', 'The leader dies, healthy ISR, acks=0.', 0)
    kill_leader(c, '13d-kill-leader-fast-restart', 'The leader dies and is started again at once.', 'all', 0)


def r13e_kill_leader_defaults(c):
    kill_leader(c, '13e-kill-leader-defaults', 'As 13b with every broker setting at its default.', 'all')


def r13f_fast_restart_defaults(c):
    kill_leader(c, '13f-kill-leader-fast-restart-defaults', 'As 13d with every broker setting at its default.', 'all', 0)


# ---------------------------------------------------------------- 14

def r14_cut_replication(c):
    kinds = [(1, 'all'), (2, 'all'), (2, 1)]
    reps = []
    for _ in range(REPS):
        ts = {k: c.topic('cut', k[0]) for k in kinds}
        ps = {k: c.produce(t, k[1], 20, **SHORT) for k, t in ts.items()}
        time.sleep(1)
        t0 = now()
        c.helper('cut', group='replication')
        for t in ts.values():
            c.wait_state(t, lambda s: s['isr'] == [1])
        time.sleep(1)
        for p in ps.values():
            c.halt(p)
        time.sleep(1.2)
        info = {k: {**c.poll(p), 'leader_log_end': c.log(1, ts[k])['leo'], 'visible_below': c.helper('latest', topic=ts[k])['offset'],
                    'follower_log_ends': [c.log(b, ts[k])['leo'] for b in (2, 3)]} for k, p in ps.items()}
        kill = c.kill(1)
        for t in ts.values():
            c.wait_state(t, lambda s: s['leader'] != 1)
        c.helper('heal', group='replication')
        time.sleep(2.5)
        leaders = {k: c.state(t)['leader'] for k, t in ts.items()}
        restart = c.start(1)
        for t in ts.values():
            c.restore(t)
        rep = []
        for k, p in ps.items():
            rec = c.finish(p)['records']
            rep.append({'min': k[0], 'acks': k[1], 'stall_before_the_kill': gap([r for r in rec if r['done'] < kill], t0), 'when_leader_is_killed': info[k],
                        'leader_while_1_is_down': leaders[k], 'controller': [e for e in c.history(ts[k], t0) if 'leader' in e], 'client': c.client_log(p, t0),
                        'fate': classify(rec, c.read(ts[k])['ids'])})
        reps.append({'kill_at_ms': kill - t0, 'restart_at_ms': restart - t0, 'topics': rep})
    save('14-cut-replication', 'Nothing passes between leader and followers, but all brokers heartbeat: the ISR shrinks by lag; then the leader dies. Three topics at once.', c,
         {'producer': {'linger.ms': 0, 'a record every': '20 ms', **SHORT}},
         ['0: replication links cut (TCP hop holds all bytes)', '1 s after every ISR is [1]: no more sends', '1.2 s later: SIGKILL broker 1', 'leader is not 1 any more: links healed', '2.5 s later: broker 1 is started'], reps)


# ---------------------------------------------------------------- 15

def two_replicas(c, name, about, dies, min_isr, **config):
    reps = []
    for _ in range(REPS):
        t = c.topic('two', min_isr, replicas=(1, 2))
        p = c.produce(t, 'all', 20, **SHORT, **config)
        time.sleep(1)
        t0 = c.kill(dies)
        c.wait_state(t, lambda s: s['isr'] == [3 - dies])
        time.sleep(3)
        restart = c.start(dies)
        c.restore(t)
        time.sleep(2.5)
        a = c.finish(p)
        reps.append({'controller': c.history(t, t0), 'client': c.client_log(p, t0), 'restart_at_ms': restart - t0, 'longest_gap_between_acks': gap(a['records'], t0),
                     'record-retry-total': a['record-retry-total'], 'fate': classify(a['records'], c.read(t)['ids'])})
    save(name, about, c, {'topic': {'replicas': [1, 2], 'min.insync.replicas': min_isr}, 'producer': {'acks': 'all', 'linger.ms': 0, 'a record every': '20 ms', **SHORT, **config}},
         [f'0: SIGKILL broker {dies}', f'3 s after ISR is [{3 - dies}]: start broker {dies}', '2.5 s after it is in the ISR: the producer ends'], reps)


def r15_two_replicas(c):
    two_replicas(c, '15a-two-replicas-leader-dies', 'Replication factor 2, min 1: the leader dies and returns.', 1, 1)
    two_replicas(c, '15b-two-replicas-follower-dies', 'Replication factor 2, min 2: the follower dies and returns.', 2, 2)


# ---------------------------------------------------------------- 16

def r16_hung_follower(c):
    reps = []
    for _ in range(REPS):
        t = c.topic('hung-follower', 2)
        p = c.produce(t, 'all', 10)
        time.sleep(1)
        t0 = c.stop(3)
        c.wait_state(t, lambda s: s['isr'] == [1, 2])
        time.sleep(1)
        cont = c.cont(3)
        c.restore(t)
        time.sleep(1)
        a = c.finish(p)
        reps.append({'controller': c.history(t, t0), 'stall': gap(a['records'], t0), 'continue_at_ms': cont - t0, 'client': c.client_log(p, t0),
                     'record-retry-total': a['record-retry-total'], 'fate': classify(a['records'], c.read(t)['ids'])})
    save('16-hung-follower', 'One follower hangs, is fenced, and goes on.', c, {'topic': {'min.insync.replicas': 2}, 'producer': {'acks': 'all', 'linger.ms': 0, 'a record every': '10 ms'}},
         ['0: SIGSTOP broker 3 (a follower)', '1 s after ISR is [1, 2]: SIGCONT broker 3', '1 s after it is in the ISR: the producer ends'], reps)


FAST_RUNS = [r01_steady, r02a_kill_follower, r02b_kill_follower_short_delivery, r03a_kill_both, r03b_kill_both_default_timeout, r03c_kill_both_not_idempotent,
             r04a_kill_both_min1, r04b_kill_both_acks1_min1, r04c_kill_both_acks1_min2, r05_hung_followers_dead_leader, r06a_hung_leader, r06d_unanswered_batch, r06f_woken_leader,
             r08_min3, r09a_slow_follower, r10_controlled_shutdown, r11_visibility, r13a_kill_leader, r15_two_replicas, r16_hung_follower, r07_last_standing]
CLUSTERS = [
    (lambda: Cluster(FAST, 19000), FAST_RUNS),
    (lambda: Cluster(FAST, 19500, elr=False), [r07_last_standing]),
    (lambda: Cluster(FAST, 20000, proxy=True), [r09b_commit_time, r09c_commit_time_under_load, r12_serialised, r14_cut_replication]),
    (lambda: Cluster({}, 20500), [r02c_kill_follower_defaults, r06e_hung_leader_defaults, r13e_kill_leader_defaults, r13f_fast_restart_defaults]),
]


def main():
    want = sys.argv[1:]
    for make, runs in CLUSTERS:
        runs = [r for r in runs if not want or any(r.__name__.startswith(w) for w in want)]
        if not runs:
            continue
        c = make()
        try:
            for r in runs:
                t = time.time()
                try:
                    r(c)
                    print(f'{r.__name__}: {time.time() - t:.0f} s', flush=True)
                except Exception as e:
                    print(f'{r.__name__}: FAILED after {time.time() - t:.0f} s: {type(e).__name__} {e}', flush=True)
                    for p in list(c.open):
                        c.open[p] = 10**9
                        c.finish(p, 0)
                    c.restore()
        finally:
            c.close()


if __name__ == '__main__':
    main()
