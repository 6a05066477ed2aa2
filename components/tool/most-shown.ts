/** As many steps as stand there without being asked for. */
export const mostShown = 5
