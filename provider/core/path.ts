import { clip } from "./text";

/** The path of a property in a program's arguments: `dns[0].kind`; a name that is no identifier stands as `["a name"]`. */
export function joinPath(path: string, key: string): string {
  const plain = /^[A-Za-z_][\w]*$/.test(key);
  const part = plain ? key : `[${JSON.stringify(clip(key, 40))}]`;
  return path === "" || !plain ? `${path}${part}` : `${path}.${part}`;
}

/** Whether `path` is `above` or lies in it. */
export function isIn(path: string, above: string): boolean {
  return path === above || (path.startsWith(above) && /^[.[]/.test(path.slice(above.length)));
}
