"""Three brokers and one controller of Apache Kafka as processes on loopback, and the helper JVM that speaks Kafka."""
import json, os, re, shutil, signal, subprocess, tempfile, threading, time, uuid
from collections import Counter
from statistics import median

HERE = os.path.dirname(os.path.abspath(__file__))
KAFKA = '4.3.1'
JVM = ['-Xmx400m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']
SIMPLELOG = ['-Dorg.slf4j.simpleLogger.showDateTime=true', '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
             '-Dorg.slf4j.simpleLogger.showShortLogName=true']
FAST = {'broker.session.timeout.ms': 3000, 'broker.heartbeat.interval.ms': 500, 'replica.lag.time.max.ms': 4000,
        'auto.leader.rebalance.enable': 'false'}


def now():
    return int(time.time() * 1000)


def classpath():
    return os.path.join(HERE, 'target/classes') + ':' + open(os.path.join(HERE, 'target/classpath.txt')).read().strip()


class Helper:
    """Requests to Helper.java over its stdin and stdout; its log (stderr) holds the producers' warnings."""

    def __init__(self, log):
        self.log = log
        cmd = ['java', *JVM, *SIMPLELOG, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
               '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.clients.NetworkClient=info', '-cp', classpath(), 'Helper']
        self.p = subprocess.Popen(cmd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(log, 'w'), text=True)
        self.lock = threading.Lock()

    def __call__(self, cmd, **kw):
        with self.lock:
            self.p.stdin.write(json.dumps({'cmd': cmd, **kw}) + '\n')
            self.p.stdin.flush()
            a = json.loads(self.p.stdout.readline())
        if 'error' in a:
            raise RuntimeError(f'{cmd} {kw}: {a["error"]}')
        return a

    def close(self):
        self.p.stdin.close()
        self.p.wait(10)


class Cluster:
    def __init__(self, conf, port, elr=True, proxy=False):
        self.port = port
        self.conf, self.elr, self.proxy = dict(conf), elr, proxy
        self.dir = tempfile.mkdtemp(prefix='kafka-cluster-')
        self.procs, self.started, self.open, self.events, self.serial, self.replicas = {}, {}, {}, [], 0, {}
        cid = str(uuid.uuid4()).replace('-', '')[:22]
        for i in range(4):
            conf_file = self.write_config(i)
            subprocess.run(['java', *JVM, '-cp', classpath(), 'kafka.tools.StorageTool', 'format', '-t', cid, '-c', conf_file]
                           + ([] if elr else ['--feature', 'eligible.leader.replicas.version=0']),
                           check=True, stdout=subprocess.DEVNULL, stderr=open(f'{self.dir}/format.log', 'a'))
        self.helper = Helper(f'{self.dir}/helper.log')
        try:
            self.boot()
        except BaseException:
            self.close()
            raise

    def boot(self):
        for i in range(4):
            self.start(i)
        self.wait(lambda: os.path.exists(f'{self.dir}/n0/__cluster_metadata-0/00000000000000000000.log'), 60, 'controller')
        self.helper('cluster', bootstrap=','.join(f'127.0.0.1:{self.client_port(i)}' for i in (1, 2, 3)),
                    controller_log=f'{self.dir}/n0/__cluster_metadata-0/00000000000000000000.log')
        if self.proxy:
            for i in (1, 2, 3):
                self.helper('proxy', group='replication', port=self.port + 200 + i, target=self.port + 100 + i)
                self.helper('proxy', group='client', port=self.port + 300 + i, target=self.port + i)
        self.wait(lambda: all(self.active(b) for b in (1, 2, 3)), 60, 'brokers active')
        time.sleep(1)
        self.features = self.helper('features')

    def client_port(self, i):
        return self.port + i

    def write_config(self, i):
        p = self.port
        c = {'node.id': i, 'process.roles': 'broker' if i else 'controller', 'log.dirs': f'{self.dir}/n{i}',
             'controller.quorum.voters': f'0@127.0.0.1:{p}',
             'controller.listener.names': 'CONTROLLER',
             'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,CLIENT:PLAINTEXT,REPL:PLAINTEXT',
             'offsets.topic.replication.factor': 3, 'auto.create.topics.enable': 'false', **self.conf}
        if i:
            client, repl = (p + 300 + i, p + 200 + i) if self.proxy else (p + i, p + 100 + i)
            c.update({'listeners': f'CLIENT://127.0.0.1:{p + i},REPL://127.0.0.1:{p + 100 + i}',
                      'advertised.listeners': f'CLIENT://127.0.0.1:{client},REPL://127.0.0.1:{repl}',
                      'inter.broker.listener.name': 'REPL'})
        else:
            c['listeners'] = f'CONTROLLER://127.0.0.1:{p}'
        path = f'{self.dir}/n{i}.properties'
        with open(path, 'w') as f:
            f.writelines(f'{k}={v}\n' for k, v in c.items())
        return path

    # ---- processes

    def start(self, i):
        cmd = ['java', *JVM, *SIMPLELOG, '-Dorg.slf4j.simpleLogger.defaultLogLevel=info', '-cp', classpath(), 'kafka.Kafka', f'{self.dir}/n{i}.properties']
        self.procs[i] = subprocess.Popen(cmd, stdout=subprocess.DEVNULL, stderr=open(f'{self.dir}/n{i}.log', 'a'))
        self.started[i] = now()
        return self.started[i]

    def signal(self, i, sig):
        self.procs[i].send_signal(sig)
        return now()

    def stop(self, *ids): return [self.signal(i, signal.SIGSTOP) for i in ids][-1]
    def cont(self, *ids): return [self.signal(i, signal.SIGCONT) for i in ids][-1]

    def kill(self, *ids):
        t = [self.signal(i, signal.SIGKILL) for i in ids][0]
        for i in ids:
            self.procs[i].wait()
        return t

    def term(self, i, timeout=60):
        t = self.signal(i, signal.SIGTERM)
        self.procs[i].wait(timeout)
        return t, now()

    def close(self):
        self.helper.close()
        for p in self.procs.values():
            if p.poll() is None:
                p.send_signal(signal.SIGCONT)
                p.kill()
                p.wait()
        if not os.environ.get('KEEP'):
            shutil.rmtree(self.dir, ignore_errors=True)

    # ---- what the controller decided

    def meta(self):
        self.events += self.helper('meta')['events']
        return self.events

    def state(self, topic):
        return [e for e in self.meta() if e.get('topic') == topic][-1]

    def active(self, b):
        w = [e for e in self.meta() if e.get('broker') == b]
        return bool(w) and w[-1]['what'] == 'unfenced' and w[-1]['at'] >= self.started[b]

    def wait(self, cond, timeout, what):
        end = time.time() + timeout
        while time.time() < end:
            r = cond()
            if r:
                return r
            time.sleep(0.02)
        raise TimeoutError(what)

    def wait_state(self, topic, cond, timeout=30):
        return self.wait(lambda: (lambda s: s if cond(s) else None)(self.state(topic)), timeout, f'{topic}: {self.state(topic)}')

    def restore(self, topic=None):
        """All brokers up, active, and in the ISR."""
        for i, p in self.procs.items():
            if p.poll() is None:
                p.send_signal(signal.SIGCONT)
            else:
                self.start(i)
        self.wait(lambda: all(self.active(b) for b in (1, 2, 3)), 60, 'brokers active')
        if topic:
            self.wait_state(topic, lambda s: len(s['isr']) == len(self.replicas[topic]), 60)

    def history(self, topic, t0, until=None):
        """Controller decisions from t0 on, relative to t0."""
        out = []
        for e in self.meta():
            if e['at'] >= t0 and (until is None or e['at'] <= until) and (e.get('topic') == topic or 'broker' in e):
                e = dict(e, at_ms=e['at'] - t0)
                if 'broker' in e:
                    out.append({'at_ms': e['at_ms'], 'broker': e['broker'], 'is': e['what']})
                else:
                    s = {k: e[k] for k in ('leader', 'leader_epoch', 'isr', 'elr')}
                    if e['recovering']: s['recovering'] = True
                    if e['last_known_elr']: s['last_known_elr'] = e['last_known_elr']
                    out.append({'at_ms': e['at_ms'], **s})
        return out

    # ---- topics, producers, logs

    def topic(self, name, min_isr=1, replicas=(1, 2, 3), **configs):
        self.wait(lambda: all(self.active(b) for b in replicas), 60, 'brokers active')
        self.serial += 1
        t = f'{name}-{self.serial}'
        self.replicas[t] = replicas
        self.helper('topic', topic=t, replicas=list(replicas), configs={'min.insync.replicas': str(min_isr), **configs})
        self.wait(lambda: any(e.get('topic') == t for e in self.meta()), 10, 'topic')
        self.wait_state(t, lambda s: len(s['isr']) == len(replicas))
        time.sleep(0.7)                      # followers start fetching
        return t

    def produce(self, topic, acks, interval_ms=5, count=10**9, size=100, base=0, start_in_ms=0, **config):
        self.serial += 1
        pid = f'p{self.serial}'
        config = {'acks': str(acks), 'linger.ms': '0', **{k.replace('_', '.'): str(v) for k, v in config.items()}}
        self.helper('produce', id=pid, topic=topic, config=config, interval_us=int(interval_ms * 1000), count=count, size=size, base=base, start_in_ms=start_in_ms)
        self.open[pid] = count
        return pid

    def poll(self, p): return self.helper('poll', id=p)
    def halt(self, p): return self.helper('halt', id=p)

    def finish(self, p, timeout=60):
        """Ends a producer, one with a given number of records after it has sent them. Its records as dicts."""
        count = self.open.pop(p)
        if count < 10**9:
            self.wait(lambda: self.poll(p)['sent'] >= count, 120, 'all sent')
        a = self.helper('close', id=p, timeout_ms=int(timeout * 1000))
        a['records'] = [dict(zip(('id', 'sent', 'done', 'us', 'offset', 'error'), r)) for r in a['records']]
        return a

    def log(self, broker, topic): return self.helper('log', dir=f'{self.dir}/n{broker}/{topic}-0')
    def read(self, topic, **kw): return self.helper('read', topic=topic, **kw)

    def client_log(self, p, t0):
        """What the client logged for producer p: the error of every retried batch in order, runs of equal ones as one entry, and lost connections."""
        out, refused = [], {}
        for line in open(f'{self.dir}/helper.log'):
            if f'clientId={p}]' not in line:
                continue
            at = epoch(line) - t0
            if m := re.search(r'Got error produce response.*Error: (\w+)(.*due to timeout)?', line):
                what = m.group(1) + (', by the client timer' if m.group(2) else '')
            elif m := re.search(r'Disconnecting from node (-?\d+) due to (\w+ ?\w*) timeout', line):
                what = f'{m.group(2)} timeout, client disconnects from {m.group(1)}'
            elif 'Cancelled in-flight PRODUCE request' in line:
                what = 'produce request in flight cancelled'
            elif m := re.search(r'Connection to node (\d+) .* could not be established', line):
                r = refused.setdefault(m.group(1), {'what': f'connection to {m.group(1)} refused', 'times': 0, 'first_ms': at})
                r['times'] += 1
                r['last_ms'] = at
                if out and out[-1]['what'] == f'node {m.group(1)} disconnected' and out[-1]['first_ms'] >= at - 1:
                    out.pop()
                continue
            elif m := re.search(r'Node (\d+) disconnected', line):
                what = f'node {m.group(1)} disconnected'
            else:
                continue
            if out and out[-1]['what'] == what:
                out[-1]['times'] += 1
                out[-1]['last_ms'] = at
            else:
                out.append({'what': what, 'times': 1, 'first_ms': at, 'last_ms': at})
        return out + list(refused.values())

    def broker_log(self, b, pattern, t0):
        out = []
        for line in open(f'{self.dir}/n{b}.log', errors='replace'):
            m = re.search(pattern, line)
            if m and (at := epoch(line)) is not None and at >= t0 - 50:
                out.append({'at_ms': at - t0, 'line': m.group(0)})
        return out


def epoch(line):
    """Epoch ms of a log line, which carries only the time of day."""
    m = re.match(r'(\d\d):(\d\d):(\d\d)\.(\d\d\d)', line)
    if not m:
        return None
    h, mi, s, ms = map(int, m.groups())
    t = time.localtime()
    return int(time.mktime((t.tm_year, t.tm_mon, t.tm_mday, h, mi, s, 0, 0, -1))) * 1000 + ms


# ---- numbers

def classify(records, ids):
    """Fate of each record, given the ids in the log."""
    n = Counter(ids)
    ok = [r for r in records if r['done'] and r['error'] is None]
    no = [r for r in records if not (r['done'] and r['error'] is None)]
    return {'sent': len(records),
            'acked_present': sum(n[r['id']] > 0 for r in ok), 'acked_lost': sum(n[r['id']] == 0 for r in ok),
            'not_acked_present': sum(n[r['id']] > 0 for r in no), 'not_acked_absent': sum(n[r['id']] == 0 for r in no),
            'duplicated': sum(n[r['id']] > 1 for r in records),
            'errors': dict(Counter(r['error'] for r in no))}


def latency(records):
    us = sorted(r['us'] for r in records if r['done'] and r['error'] is None)
    if not us:
        return None
    return {'n': len(us), 'median_ms': round(median(us) / 1000, 2), 'p90_ms': round(us[int(len(us) * .9)] / 1000, 2), 'max_ms': round(us[-1] / 1000, 2)}


def gap(records, t0):
    """The longest time without an acknowledgement from t0 on."""
    t = sorted(r['done'] for r in records if r['done'] and r['error'] is None)
    best = max(((b - a, a) for a, b in zip(t, t[1:]) if b >= t0), default=None)
    return best and {'from_ms': best[1] - t0, 'to_ms': best[1] - t0 + best[0], 'length_ms': best[0]}


def save(name, about, cluster, fixed, script, reps, **more):
    out = {'run': name, 'about': about, 'kafka': KAFKA,
           'cluster': {'brokers': [1, 2, 3], 'controller': 'separate process', 'replicas': [1, 2, 3], 'eligible.leader.replicas.version': cluster.features.get('eligible.leader.replicas.version', 0),
                       'config': {k: v for k, v in cluster.conf.items()}, 'everything_else': 'default'},
           **fixed, 'script': script, **more, 'repetitions': reps}
    outcomes = os.path.join(os.path.dirname(HERE), 'outcomes')
    os.makedirs(outcomes, exist_ok=True)
    with open(f'{outcomes}/{name}.json', 'w') as f:
        f.write(compact(out) + '\n')


def compact(o, depth=0):
    """JSON with one line for everything that fits into 150 characters."""
    one = json.dumps(o)
    if len(one) + 2 * depth <= 150 or not isinstance(o, (dict, list)):
        return one
    pad = '  ' * (depth + 1)
    if isinstance(o, dict):
        body = [f'{pad}{json.dumps(k)}: {compact(v, depth + 1)}' for k, v in o.items()]
        return '{\n' + ',\n'.join(body) + '\n' + '  ' * depth + '}'
    return '[\n' + ',\n'.join(pad + compact(v, depth + 1) for v in o) + '\n' + '  ' * depth + ']'
