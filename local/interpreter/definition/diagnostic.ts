/** One thing that is wrong with a definition, as ValidateStateMachineDefinition reports it. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  readonly location?: string;
}

/** Collects what is wrong while a definition is walked through. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  /** Notes an error at a place such as /States/Start/Next. */
  error(location: string, message: string, code = 'SCHEMA_VALIDATION_FAILED'): void {
    this.diagnostics.push({ severity: 'ERROR', code, message, location: location === '' ? '/' : location });
  }
}
