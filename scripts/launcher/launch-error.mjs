/** An error that the user of the launcher can fix. Its message is printed without a stack. */
export class LaunchError extends Error {}
