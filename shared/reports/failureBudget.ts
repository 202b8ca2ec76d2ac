/** The share of a group's machines that may fail to come up before its run stops. */
const share = 0.1;

/** How many of a group's machines a run can do without: each tenth, so that small groups must be complete. */
export const mayBeMissing = (machines: number): number => Math.floor(machines * share);
