// The programs that Pulumi starts: they look for Node, and hand it `plugin.cjs`.

export const PROGRAM = "pulumi-resource-sesdomain";

/**
 * For a POSIX shell. It calls no other program than `node`: PATH may have nothing else.
 *
 * @param {number} oldest the oldest major version of Node that will do
 */
export function shellLauncher(oldest) {
  return `#!/bin/sh
# Runs the provider in this folder with the Node.js on PATH.

set -u
needs="${PROGRAM} needs Node.js ${oldest} or newer."
install="Install it from https://nodejs.org and make sure that \\\`node\\\` is on PATH."

fail() {
  printf '%s\\n' "$needs $1 $install" >&2
  exit 1
}

program=$0
while [ -h "$program" ]; do
  target=$(readlink -- "$program") || exit 1
  case $target in
    /*) program=$target ;;
    *) program=\${program%/*}/$target ;;
  esac
done
case $program in
  */*) folder=\${program%/*} ;;
  *) folder=. ;;
esac

node=$(command -v node) || fail "There is no \\\`node\\\` on PATH."
version=$(node --version) || fail "\\\`$node --version\\\` failed."
major=\${version#v}
major=\${major%%.*}
case $major in
  '' | *[!0-9]*) fail "\\\`$node --version\\\` printed no version." ;;
esac
[ "$major" -ge ${oldest} ] || fail "\\\`$node\\\` is $version."
exec node "$folder/plugin.cjs" "$@"
`;
}

/**
 * For Windows, where a program that Pulumi looks for may also be a command file.
 *
 * @param {number} oldest
 */
export function windowsLauncher(oldest) {
  const needs = `${PROGRAM} needs Node.js ${oldest} or newer.`;
  const install = "Install it from https://nodejs.org and make sure that node is on PATH.";
  const lines = [
    "@echo off",
    "rem Runs plugin.cjs, which is in the same folder, with the Node.js on PATH.",
    "setlocal DisableDelayedExpansion",
    "rem A node in the folder of the Pulumi program is not the one on PATH.",
    "set NoDefaultCurrentDirectoryInExePath=1",
    'set "version="',
    'set "major="',
    'for /f "tokens=1 delims= " %%v in (\'node --version 2^>nul\') do set "version=%%v"',
    "if not defined version goto missing",
    'for /f "tokens=1 delims=v." %%m in ("%version%") do set "major=%%m"',
    "if not defined major goto missing",
    `if %major% LSS ${oldest} goto old`,
    'node "%~dp0plugin.cjs" %*',
    "exit /b %errorlevel%",
    "",
    ":missing",
    `>&2 echo ${needs} There is no node on PATH that prints its version. ${install}`,
    "exit /b 1",
    "",
    ":old",
    `>&2 echo ${needs} The node on PATH is %version%. ${install}`,
    "exit /b 1",
    "",
  ];
  return lines.join("\r\n");
}
