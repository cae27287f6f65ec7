/**
 * A jail's own scripts and shells inherit the umask of whoever starts them: give them the usual one, not our 077.
 * @param fork starts a program before it returns; no file of ours is made without a mode of its own meanwhile
 */
export function withUsualUmask<T>(fork: () => T): T {
  const own = process.umask(0o022);
  try {
    return fork();
  } finally {
    process.umask(own);
  }
}
