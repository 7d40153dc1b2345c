/** Exit code of a worker that cannot start as it is set up (EX_CONFIG): starting it again soon changes nothing. */
export const cannotStart = 78;
