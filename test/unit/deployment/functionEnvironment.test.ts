import { runWithEnvironment } from '../../../local/deployment/functionEnvironment.ts';

test('a function sees its own variables and the process’s, and none that only another was given', async () => {
  const seen = (name: string) => process.env[name];
  const [first, second] = await Promise.all([
    runWithEnvironment({ BUCKET: 'one' }, async () => [seen('BUCKET'), seen('PATH')]),
    runWithEnvironment({ STAGE: 'dev' }, async () => [seen('BUCKET'), seen('STAGE')]),
  ]);
  expect(first).toEqual(['one', process.env['PATH']]);
  expect(second).toEqual([undefined, 'dev']);
});
