/**
 * How every function is wrapped: it never answers before Lambda ends it. One that answers early leaves its work unfinished in
 * memory, to continue within a later invocation, beside the state's next try or the caller's next request. Lambda ends the process;
 * a state retries `Sandbox.Timedout`, and API Gateway, which would wait 30 s for a function's 29, answers 500.
 */
export const untilLambdaEndsIt = { timeoutEarlyInMillis: 0 } as const;
