// The colours of a terminal's window, on a light and on a dark page.

/** Contrast with the background is at least 4.5 to 1 (WCAG 2.2, 1.4.3): test/unit/pictures.test.ts counts. */
export const THEMES = {
  light: {
    background: "#ffffff",
    border: "#d0d7de",
    text: "#1f2328",
    dim: "#59636e",
    colours: {
      black: "#1f2328",
      red: "#c1121f",
      green: "#116329",
      yellow: "#7d4e00",
      blue: "#0550ae",
      magenta: "#8250df",
      cyan: "#0b6871",
      white: "#59636e",
    },
  },
  dark: {
    background: "#0d1117",
    border: "#3d444d",
    text: "#e6edf3",
    dim: "#9198a1",
    colours: {
      black: "#9198a1",
      red: "#ff7b72",
      green: "#3fb950",
      yellow: "#d29922",
      blue: "#79c0ff",
      magenta: "#d2a8ff",
      cyan: "#56d4dd",
      white: "#e6edf3",
    },
  },
};
