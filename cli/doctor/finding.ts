/** What was looked at, and what to do where it is not as it should be. */
export interface Finding {
  /** `warning`: it works, and somebody should know. */
  readonly status: 'ok' | 'warning' | 'failed';
  /** `clock`: what was looked at, for scripts. */
  readonly check: string;
  readonly message: string;
  readonly remedy?: string;
}

export const ok = (check: string, message: string): Finding => ({ status: 'ok', check, message });

export const warning = (check: string, message: string, remedy: string): Finding => ({
  status: 'warning',
  check,
  message,
  remedy,
});

export const failed = (check: string, message: string, remedy: string): Finding => ({
  status: 'failed',
  check,
  message,
  remedy,
});
