import { PassThrough } from 'node:stream';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { ask } from '../../../cli/output.ts';

describe('a question to the person at the keyboard', () => {
  const asked = () => {
    const input = new PassThrough();
    const terminal = Object.assign(new PassThrough(), { isTTY: true }) as unknown as typeof process.stdout;
    return { input, answer: ask('Sure? ', input, terminal) };
  };

  test('is answered by a line', async () => {
    const { input, answer } = asked();
    input.write('demo\n');
    expect(await answer).toBe('demo');
  });

  test('that ends without an answer (Ctrl-D) does nothing, and is no defect', async () => {
    const { input, answer } = asked();
    input.end();
    await expect(answer).rejects.toMatchObject({ exitCode: exitCodes.invalid });
  });

  test('that is interrupted (Ctrl-C) ends as an interrupted command does', async () => {
    const { input, answer } = asked();
    input.write('\x03');
    await expect(answer).rejects.toMatchObject({ exitCode: exitCodes.interrupted });
  });
});
