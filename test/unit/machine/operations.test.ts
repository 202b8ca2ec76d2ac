import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { verbs } from '../../../shared/machine/verbs.ts';
import { nodeShellOfEachTest } from '../../support/nodeShell.ts';

const { bash, write, read, folder } = nodeShellOfEachTest();

describe('operations', () => {
  const operate = (verb: string, call: string) => {
    write('etc/kubestep/settings', 'RUNS=node\n');
    mkdirSync(join(folder(), 'run/kubestep'), { recursive: true });
    return bash(
      `. ./fetch-bundle; . ./world.sh; . ./stage.sh; . ./switch.sh; . ./etcd.sh; . ./operations.sh\nsend_report() { echo "$1"; }\n${verb}\n${call}`,
    );
  };
  const count = 'count() { echo x >> "$1/../../counted"; result "$1" nodes 3; result "$1" text "a\\"b"; }';

  const refusal = (id: string, why: string) => `"operationId":"${id}","outcome":"failed","message":"${why}"\n`;

  test('run once for each operation id and report the same result again', () => {
    const reported = operate(count, 'operation count op-1 7 ""\noperation count op-1 7 ""');
    expect(reported).toBe('"operationId":"op-1","outcome":"done","result":{"nodes":3,"text":"a b"}\n'.repeat(2));
    expect(read('var/lib/kubestep/counted')).toBe('x\n');
  });

  /** Operates with heartbeats that follow each other at once; `beats` names the process of each, and `beaten N` waits for so many. */
  const operateWithHeartbeats = (verb: string, call: string) =>
    operate(
      [
        `report_running() { echo "$BASHPID $1" >> ${folder()}/beats; }`,
        'sleep() { command sleep 0.02; }',
        `beaten() { until [ "$(wc -l < ${folder()}/beats)" -ge "$1" ]; do sleep; done; }`,
        verb,
      ].join('\n'),
      call,
    );
  /** Waits for the process of the heartbeats to end; bash gives up after ten seconds. */
  const heartbeatsEnd = () => {
    const [process = ''] = read('beats').split(' ');
    bash('for _ in {1..100}; do kill -0 "$1" 2> /dev/null || exit 0; sleep 0.1; done; exit 1', process);
  };

  test.each([
    ['succeeds', 'beaten 3', '"outcome":"done"'],
    ['fails', 'beaten 3; false', '"outcome":"failed"'],
  ])('are reported as running until the verb %s', (_, verb, outcome) => {
    expect(operateWithHeartbeats(`works() { ${verb}; }`, 'operation works op-1 7 ""')).toContain(outcome);
    heartbeatsEnd();
    expect(read('beats')).toMatch(/^(\d+ op-1\n){3,}$/);
  });

  test.each(['TERM', 'KILL'])('are not reported as running any more when SIG%s has ended the script', (signal) => {
    const killing = `killing() { beaten 1; kill -s ${signal} $$; }`;
    expect(() => operateWithHeartbeats(killing, 'operation killing op-1 7 ""')).toThrow();
    heartbeatsEnd();
  });

  test('that have ended before are reported again without a heartbeat', () => {
    operate(count, 'operation count op-1 7 ""');
    operateWithHeartbeats(count, 'operation count op-1 7 ""');
    expect(existsSync(join(folder(), 'beats'))).toBe(false);
  });

  test('of an older fence than was seen do nothing', () => {
    operate(count, 'operation count op-1 7 ""');
    expect(operate(count, 'operation count op-2 6 ""')).toBe(
      refusal('op-2', 'fence 6 is older than 7: another run has taken over'),
    );
    expect(read('var/lib/kubestep/counted')).toBe('x\n');
  });

  test('of a fence from far ahead do nothing, so that nobody locks every run out', () => {
    operate(count, 'operation count op-1 20000 ""');
    expect(operate(count, 'operation count op-2 999999999 ""')).toBe(
      refusal('op-2', 'fence 999999999 is too far ahead of 20000'),
    );
    expect(operate(count, 'operation count op-3 20001 ""')).toContain('"outcome":"done"');
  });

  test.each([
    ['apply-overlay', 'manifest=../../etc/passwd\nrollouts='],
    ['apply-addons', `manifest=${'a'.repeat(64)}\nrollouts=deployment/a --all`],
    ['validate', 'nodes=3; id\nversion=1.36.3'],
    ['validate', 'nodes=3\nversion=$(id)'],
    ['validate', 'nodes=3'],
  ])('take no other arguments than %s knows: %s', (verb, lines) => {
    const touched = ['cluster', 'curl', 'members', 'fetch_asset', 'fetch_bundle', 'sed_in_place']
      .map((name) => `${name}() { echo touched; }`)
      .join('\n');
    const reported = operate(touched, `operation ${verb} op-1 1 ${Buffer.from(`${lines}\n`).toString('base64')}`);
    expect(reported).toContain('"outcome":"failed"');
    expect(reported).toContain('is not of the form');
    expect(reported).not.toContain('touched');
  });

  test('read one line of an argument, and nothing after it', () => {
    const digest = 'a'.repeat(64);
    const lines = Buffer.from(`manifest=${digest}\nmanifest=/etc/passwd\nrollouts=\n`).toString('base64');
    const stub = `fetch_asset() { echo "$1" > ${folder()}/fetched; }\ncluster() { echo applied; }`;
    expect(operate(stub, `operation apply-overlay op-1 1 ${lines}`)).toContain('"outcome":"done"');
    expect(read('fetched')).toBe(`${digest}\n`);
  });

  test.each(Object.keys(verbs))('of the verb %s are a function of the script', (verb) => {
    expect(operate('', `declare -F ${verb}`)).toBe(`${verb}\n`);
  });

  test.each(['', 'x', '0', '-1', '1e3'])('of no fence, "%s", do nothing', (fence) => {
    expect(operate(count, `operation count op-1 '${fence}' ""`)).toContain('a fence is needed');
    expect(existsSync(join(folder(), 'var/lib/kubestep/counted'))).toBe(false);
  });

  test('that need no fence neither look at it nor move it', () => {
    operate(count, 'operation count op-1 7 ""');
    expect(operate(count, 'fenced=no; operation count op-2 0 ""')).toContain('"outcome":"done"');
    expect(read('var/lib/kubestep/fence')).toBe('7\n');
  });

  test('are refused, in a report, by a machine without the component that the verb is for', () => {
    const asked = 'only_on control-plane; operation count op-1 7 ""';
    expect(operate(count, asked)).toBe(refusal('op-1', 'this machine runs no control-plane'));
    expect(existsSync(join(folder(), 'var/lib/kubestep/fence'))).toBe(false);
    expect(operate(count, 'only_on node; operation count op-2 7 ""')).toContain('"outcome":"done"');
  });

  test('of a verb that the script does not know are refused in a report', () => {
    write('etc/kubestep/settings', 'RUNS=node\n');
    const command = 'send_report() { echo "$1"; }; set -- format op-1 7 ""; . ./kubestep-node';
    const parts = ['machine', 'certificates', 'data-volume', 'etcd', 'control-plane', 'node'];
    for (const part of parts) write(`opt/kubestep/current/machine/lib/${part}.sh`, 'send_report() { echo "$1"; }');
    expect(bash(command)).toBe(refusal('op-1', 'kubestep-node knows no verb format'));
    expect(() => bash(command.replace('op-1 7 ""', ''))).toThrow('kubestep-node knows no verb format');
  });

  const listRetained = (kubectl: string) =>
    operate(`cluster() { ${kubectl}; }\ndate() { echo 1795392000; }`, 'operation list-retained op-1 1 ""');

  test('list every retained volume in texts that a report can hold', () => {
    const ids = Array.from({ length: 45 }, (_, index) => `vol-${String(index).padStart(17, '0')}`);
    const reported = JSON.parse(`{${listRetained(`printf '%s \\n' ${ids.join(' ')} fs-0123`)}}`);
    const { retained, listedAt, volumes1, volumes2, ...others } = reported.result;
    expect({ retained, listedAt, others }).toEqual({ retained: 45, listedAt: 1795392000, others: {} });
    expect(`${volumes1} ${volumes2}`.split(' ')).toEqual(ids);
  });

  test('distinguish an API that does not answer from a cluster that retains nothing', () => {
    expect(listRetained('false')).toContain('"outcome":"failed"');
    rmSync(join(folder(), 'var'), { recursive: true });
    expect(listRetained('true')).toContain('"outcome":"done","result":{"listedAt":1795392000,"retained":0}');
  });

  test('that fail on the way stop there and say why', () => {
    const failing = 'fails() { echo "the budget web allows none" >&2; false; echo never > "$1/never"; }';
    expect(operate(failing, 'operation fails op-1 1 ""')).toBe(
      '"operationId":"op-1","outcome":"failed","message":"the budget web allows none"\n',
    );
  });

  test.each(['$(touch pwned)', '`touch pwned`', 'a; touch pwned', '{{ssm:x}}', "' || touch pwned #"])(
    'take %s for a text, not for a command',
    (text) => {
      const lines = Buffer.from(`name=${text}\n`).toString('base64');
      const echo = 'echoes() { argument "$1" name > "$1/echoed"; }';
      operate(echo, `operation echoes op-1 1 ${lines}`);
      expect(read('var/lib/kubestep/operations/op-1/echoed')).toBe(`${text}\n`);
      expect(bash('find "$1" -name pwned', folder())).toBe('');
    },
  );

  test.each(['../escape', 'a b', '', '$(id)'])('refuse the operation id "%s"', (id) => {
    expect(() => operate(count, `operation count '${id}' 1 ""`)).toThrow('operation id');
  });
});
