#!/usr/bin/env node
// Checked in a file that old versions of Node can read: what dist holds, they could not even parse.
var required = [22, 18];
var current = process.versions.node.split('.').map(Number);

if (current[0] < required[0] || (current[0] === required[0] && current[1] < required[1])) {
  console.error(
    'security-reviewer needs Node ' +
      required.join('.') +
      ' or later; this is Node ' +
      process.versions.node +
      '.\n' +
      'Install a current version from https://nodejs.org/en/download and run the command again.',
  );
  process.exitCode = 2;
} else {
  import('../dist/main.js').catch(function (error) {
    console.error(error);
    process.exitCode = 4;
  });
}
