import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { documentField, withAllBelow } from '../../../cli/explain/field.ts';
import { findField } from '../../../cli/explain/findField.ts';
import { run } from './runCommand.ts';

const published = JSON.parse(readFileSync('docs/cluster.schema.json', 'utf8'));
const document = documentField(published);
const fields = withAllBelow(document);

describe('explain', () => {
  test('prints type, default, allowed values and description of a field, without a request', async () => {
    const { code, text, requests } = await run(['explain', 'spec.network.plugin']);
    expect(code).toBe(exitCodes.done);
    expect(text).toContain('spec.network.plugin <string>');
    expect(text).toContain('Default: flannel');
    expect(text).toContain('Allowed: flannel, calico, routed');
    expect(text).toContain('How pods reach each other');
    expect(requests).toEqual([]);
  });

  test('lists the fields below and which of them must be there', async () => {
    const { text } = await run(['explain', 'spec.nodeGroups']);
    expect(text).toContain('spec.nodeGroups <[]Object> -required-');
    expect(text).toMatch(/^ {2}max <integer> -required-$/m);
    expect(text).toMatch(/^ {2}min <integer>$/m);
    expect(text).toContain('labels <map[string]string>');
  });

  test('without a field describes the whole file', async () => {
    const { code, text } = await run(['explain']);
    expect(code).toBe(exitCodes.done);
    for (const name of Object.keys(published.properties)) expect(text).toMatch(new RegExp(`^ {2}${name} <`, 'm'));
  });

  test('separates fields that exclude each other', async () => {
    const { text } = await run(['explain', 'spec.network.vpc']);
    expect(text).toMatch(/^Either: A new VPC.*\n {2}cidr /m);
    expect(text).toMatch(/^Or: An existing VPC.*\n {2}id /m);
  });

  test('finds every field of the published schema, each with a type and a description', () => {
    expect(fields.length).toBeGreaterThan(100);
    for (const { path, type } of fields.slice(1)) {
      expect(findField(document, path)).toMatchObject({ path, type, description: expect.stringMatching(/\w/) });
      expect(type).not.toMatch(/undefined|^$/);
    }
  });

  test('understands the path as a problem of a spec names it', async () => {
    const { text } = await run(['explain', 'spec.nodeGroups[0].taints[1].effect']);
    expect(text).toContain('spec.nodeGroups.taints.effect <string> -required-');
  });

  test.each([
    ['spec.netwrok', 'spec.network'],
    ['spec.nodegroups', 'spec.nodeGroups'],
    ['spec.network.vpc.cidrs', 'spec.network.vpc.cidr'],
    ['network', 'spec.network'],
    ['spec.plugin', 'spec.network.plugin'],
  ])('%s is refused, and %s suggested', async (wrong, right) => {
    const { code, errorText, lines } = await run(['explain', wrong]);
    expect(code).toBe(exitCodes.invalid);
    expect(errorText).toContain(`Did you mean ${right}?`);
    expect(lines).toEqual([]);
  });

  test.each(['spec.region.name', 'spec.toString', '__proto__', ''])(
    '%j is refused with what there is',
    async (path) => {
      const { code, errorText } = await run(['explain', path]);
      expect(code).toBe(exitCodes.invalid);
      expect(errorText).toMatch(/There is no field .* in .*(It has|has no fields)/);
    },
  );

  test('answers programs with the same facts', async () => {
    const value = JSON.parse((await run(['explain', 'spec.image', '-o', 'json'])).text);
    expect(value).toEqual({
      path: 'spec.image',
      type: 'string',
      required: false,
      default: 'al2023',
      allowed: 'al2023, ubuntu2404',
      description: expect.any(String),
      fields: [],
    });
    expect((await run(['explain', 'spec.image', '-o', 'yaml'])).text).toBe(stringify(value).trimEnd());
  });
});
