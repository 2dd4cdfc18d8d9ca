// What all SVG pictures have in common: a framed ground, a title and a description. Text stays text, no script and no font
// from elsewhere.

/**
 * @param {{ title: string, description: string, width: number, height: number }} picture
 * @param {{ background: string, border: string }} theme
 * @param {readonly string[]} parts SVG elements
 * @returns {string}
 */
export function svgOf({ title, description, width, height }, theme, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6" fill="${theme.background}" stroke="${theme.border}"/>
${parts.join("\n")}
</svg>
`;
}

export function rounded(value) {
  return Number(value.toFixed(1));
}

/** XML 1.0: what is markup, and what no document may hold. */
export function escaped(text) {
  return text
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}
