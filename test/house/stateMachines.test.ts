import { readdirSync, readFileSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, parseDocument, visit } from 'yaml';

const files = readdirSync('statemachines')
  .filter((file) => file.endsWith('.asl.yml'))
  .map((file) => ({ file, text: readFileSync(`statemachines/${file}`, 'utf8') }));

/** What is on top of a file, comments included. */
const sharedBlock = (text: string) => text.slice(0, text.indexOf('\nComment:'));

test('the block that state machines share is the same in each', () => {
  const [first, ...others] = files;
  expect(sharedBlock(first?.text ?? '')).toContain('x-shared:');
  for (const { file, text } of others)
    expect([file, sharedBlock(text)]).toEqual([file, sharedBlock(first?.text ?? '')]);
});

test('every retry is named in the block, so that a policy is changed in one line', () => {
  for (const { file, text } of files) {
    const policies = parseDocument(text).getIn(['x-shared', 'retries']);
    const names = isMap(policies) ? policies.items.map(({ value }) => (isMap(value) ? value.anchor : undefined)) : [];
    const unnamed: string[] = [];
    let states = 0;
    visit(parseDocument(text), {
      Pair(_, { key, value }) {
        if (!isScalar(key) || key.value !== 'Retry') return;
        states += 1;
        const retriers: readonly unknown[] = isSeq(value) ? value.items : [value];
        unnamed.push(
          ...retriers
            .filter((each) => !isAlias(each) || !names.includes(each.source))
            .map((each) => `${file}: ${each}`),
        );
      },
    });
    expect(unnamed).toEqual([]);
    expect(states).toBeGreaterThan(0);
  }
});

test('every name of the block is used by a state machine', () => {
  const [first] = files;
  const named: string[] = [];
  const used = new Set<string>();
  visit(parseDocument(first?.text ?? ''), {
    Node(_, node) {
      const { anchor } = node as ParsedNode;
      if (anchor !== undefined) named.push(anchor);
    },
  });
  for (const { text } of files) visit(parseDocument(text), { Alias: (_, { source }) => void used.add(source) });
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !used.has(name))).toEqual([]);
});
