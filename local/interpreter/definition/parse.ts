import { StepFunctionsError } from '../failures.ts';
import type { Definition } from './definition.ts';
import { validateDefinition } from './validate.ts';

/** Reads a definition. Throws InvalidDefinition with everything that is wrong with it. */
export function parseDefinition(text: string): Definition {
  const errors = validateDefinition(text).filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return JSON.parse(text) as Definition;
  const list = errors.map(({ code, message, location }) => `${code}: ${message} at ${location ?? '/'}`).join(', ');
  throw new StepFunctionsError('InvalidDefinition', `Invalid State Machine Definition: '${list}'`);
}
