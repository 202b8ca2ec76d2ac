import { AwsError, NotModelled } from '../errors.ts';
import { isKnownConditionKey, mayBeVariable } from './conditionKeys.ts';
import { type CompiledCondition, compileCondition } from './conditionOperators.ts';
import { type PolicyPrincipal, type PolicyStatement, parsePolicyDocument } from './policyDocument.ts';
import { type ContextValues, type PolicyPattern, patternOf, variablesIn } from './policyPattern.ts';

/** A statement ready to be asked about 100,000 requests. */
export interface CompiledStatement {
  /** The statement's Sid, or its position: `#2`. */
  readonly label: string;
  readonly effect: 'Allow' | 'Deny';
  /** Undefined in identity policies. */
  readonly principal: PolicyPrincipal | undefined;
  coversAction(action: string): boolean;
  /** Whether resource and conditions agree; the action was asked before. */
  covers(resource: string, context: ContextValues): boolean;
}

const compiled = new Map<string, readonly CompiledStatement[]>();

/** Compiles a policy, once for each text in the life of the process. */
export function compilePolicy(document: string): readonly CompiledStatement[] {
  const known = compiled.get(document);
  if (known) return known;
  const parsed = parsePolicyDocument(document);
  if (typeof parsed === 'string') throw new AwsError('MalformedPolicyDocumentException', parsed);
  const variables = parsed.Version === '2012-10-17';
  const statements = parsed.Statement.map((statement, index) => compileStatement(statement, index, variables));
  compiled.set(document, statements);
  return statements;
}

function compileStatement(statement: PolicyStatement, index: number, variables: boolean): CompiledStatement {
  if (statement.NotPrincipal) throw new NotModelled('iam', 'policy', 'NotPrincipal');
  const actions = (statement.Action ?? statement.NotAction ?? []).map((action) =>
    patternOf(action, { wildcards: true, variables: false, ignoreCase: true }),
  );
  const resources = (statement.Resource ?? statement.NotResource ?? ['*']).map((resource) =>
    patternOf(checkVariables(resource), { wildcards: true, variables }),
  );
  const conditions = compileConditions(statement, variables);
  return {
    label: statement.Sid || `#${index + 1}`,
    effect: statement.Effect,
    principal: statement.Principal,
    coversAction: (action) => anyMatches(actions, action, noContext) !== (statement.NotAction !== undefined),
    covers: (resource, context) =>
      anyMatches(resources, resource, context) !== (statement.NotResource !== undefined) &&
      conditions.every((holds) => holds(context)),
  };
}

const noContext: ContextValues = () => undefined;

function anyMatches(patterns: readonly PolicyPattern[], value: string, context: ContextValues): boolean {
  return patterns.some((pattern) => pattern.matches(value, context));
}

function compileConditions(statement: PolicyStatement, variables: boolean): readonly CompiledCondition[] {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, values]) => {
      if (!isKnownConditionKey(key)) throw new NotModelled('iam', 'policy', `condition key ${key}`);
      for (const value of values) checkVariables(value);
      return compileCondition({ operator, key, values }, variables);
    }),
  );
}

function checkVariables(text: string): string {
  const wrong = variablesIn(text).find((variable) => !mayBeVariable(variable));
  if (wrong !== undefined) throw new NotModelled('iam', 'policy', `policy variable ${wrong}`);
  return text;
}

/** What a policy hangs on decides whether its statements name principals and resources. */
export type PolicyPlace = 'identity' | 'trust' | 'resource';

/**
 * Checks a policy where it is put. What AWS refuses is refused under `errorName`; what AWS would store and this model
 * cannot evaluate (an unknown condition key or operator) is refused as NotModelled.
 */
export function checkPolicyDocument(
  document: string,
  place: PolicyPlace,
  errorName = 'MalformedPolicyDocumentException',
): void {
  const parsed = parsePolicyDocument(document);
  if (typeof parsed === 'string') throw new AwsError(errorName, parsed);
  for (const statement of parsed.Statement) {
    const principal = statement.Principal ?? statement.NotPrincipal;
    const resource = statement.Resource ?? statement.NotResource;
    if (place === 'identity' && principal)
      throw new AwsError(errorName, 'Policy document should not specify a principal.');
    if (place !== 'identity' && !principal) throw new AwsError(errorName, 'Missing required field Principal');
    if (place === 'trust' && resource) throw new AwsError(errorName, 'Has prohibited field Resource');
    if (place !== 'trust' && !resource) throw new AwsError(errorName, 'Policy statement must contain resources.');
  }
  const labels = parsed.Statement.flatMap((statement) => (statement.Sid ? [statement.Sid] : []));
  if (place === 'identity' && new Set(labels).size < labels.length) {
    throw new AwsError(errorName, 'Statement IDs (SID) in a single policy must be unique.');
  }
  compilePolicy(document);
}
