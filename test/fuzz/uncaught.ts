/**
 * Ends with an error that nobody catches as with one of the action itself: what the world does by itself, such as a turn of
 * its interpreter, would otherwise end the process, and the seed that shows it would not be printed.
 */
export async function unlessUncaught<Result>(action: () => Promise<Result>): Promise<Result> {
  let listener: (error: unknown) => void = () => undefined;
  const uncaught = new Promise<never>((_, reject) => {
    listener = reject;
  });
  process.on('uncaughtException', listener);
  process.on('unhandledRejection', listener);
  try {
    return await Promise.race([action(), uncaught]);
  } finally {
    process.off('uncaughtException', listener);
    process.off('unhandledRejection', listener);
  }
}
