import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeShellOfEachTest } from '../../support/nodeShell.ts';

const { bash, write, read, folder } = nodeShellOfEachTest();

describe('operations', () => {
  const operate = (verb: string, call: string) => {
    write('etc/kubestep/settings', 'RUNS=node\n');
    mkdirSync(join(folder(), 'run/kubestep'), { recursive: true });
    return bash(
      `. ./fetch-bundle; . ./world.sh; . ./etcd.sh; . ./operations.sh\ntell() { echo "$1"; }\n${verb}\n${call}`,
    );
  };
  const count = 'count() { echo x >> "$1/../../counted"; result "$1" nodes 3; result "$1" text "a\\"b"; }';

  test('run once for each operation id and tell the same result again', () => {
    const told = operate(count, 'operation count op-1 7 ""\noperation count op-1 7 ""');
    expect(told).toBe('"operationId":"op-1","outcome":"done","result":{"nodes":3,"text":"a b"}\n'.repeat(2));
    expect(read('var/lib/kubestep/counted')).toBe('x\n');
  });

  test('of an older fence than was seen do nothing', () => {
    operate(count, 'operation count op-1 7 ""');
    expect(() => operate(count, 'operation count op-2 6 ""')).toThrow('another run has taken over');
    expect(read('var/lib/kubestep/counted')).toBe('x\n');
  });

  test('of a fence from far ahead do nothing, so that nobody locks every run out', () => {
    operate(count, 'operation count op-1 20000 ""');
    expect(() => operate(count, 'operation count op-2 999999999 ""')).toThrow('too far ahead');
    expect(operate(count, 'operation count op-3 20001 ""')).toContain('"outcome":"done"');
  });

  test.each([
    ['remove', 'nodes=--all'],
    ['remove', 'nodes=i-0123456789abcdef0 --all'],
    ['drain', 'nodes=i-0123456789abcdef0;id\nseconds=60'],
    ['drain', 'nodes=i-0123456789abcdef0\nseconds=60s'],
    ['snapshot', 'url=https://bucket.example/a"\nurl=output = "/etc/passwd'],
    ['snapshot', 'url=file:///etc/passwd'],
    ['apply', 'manifest=../../etc/passwd\nrollouts='],
    ['apply', `manifest=${'a'.repeat(64)}\nrollouts=deployment/a --all`],
    ['validate', 'nodes=3; id\nversion=1.36.3'],
    ['update', 'bundle=latest'],
  ])('take no other arguments than %s knows: %s', (verb, lines) => {
    const touched = ['cluster', 'curl', 'members', 'fetch_asset', 'fetch_bundle', 'sed_in_place']
      .map((name) => `${name}() { echo touched; }`)
      .join('\n');
    const told = operate(touched, `operation ${verb} op-1 1 ${Buffer.from(`${lines}\n`).toString('base64')}`);
    expect(told).toContain('"outcome":"failed"');
    expect(told).toContain('is not of the form');
    expect(told).not.toContain('touched');
  });

  test('read one line of an argument, and no curl option after it', () => {
    const lines = Buffer.from('url=https://bucket.s3.us-east-1.amazonaws.com/a?X-Amz=1%2F2\nurl=x\n').toString(
      'base64',
    );
    const stub = `members() { :; }\nsha256sum() { echo ab; }\netcdutl() { echo '{"revision":7}'; }\ncurl() { cat > ${folder()}/config; }`;
    operate(stub, `operation snapshot op-1 1 ${lines}`);
    expect(read('config')).toBe('url = "https://bucket.s3.us-east-1.amazonaws.com/a?X-Amz=1%2F2"\n');
  });

  const listRetained = (kubectl: string) =>
    operate(`cluster() { ${kubectl}; }\ndate() { echo 1795392000; }`, 'operation list-retained op-1 1 ""');

  test('list every retained volume in texts that a report can hold', () => {
    const ids = Array.from({ length: 45 }, (_, index) => `vol-${String(index).padStart(17, '0')}`);
    const told = JSON.parse(`{${listRetained(`printf '%s \\n' ${ids.join(' ')} fs-0123`)}}`);
    const { retained, listedAt, volumes1, volumes2, ...others } = told.result;
    expect({ retained, listedAt, others }).toEqual({ retained: 45, listedAt: 1795392000, others: {} });
    expect(`${volumes1} ${volumes2}`.split(' ')).toEqual(ids);
  });

  test('tell an API that does not answer from a cluster that retains nothing', () => {
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
