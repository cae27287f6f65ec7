/** Read by the root layout, so that the first paint has the right colours without a script. */
export const THEME_COOKIE = "knast-theme";
