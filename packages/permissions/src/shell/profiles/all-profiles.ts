import type { ProgramProfile } from './argument.ts';
import type { CommandTable, SubcommandTable } from './command-table.ts';
import { createProfile } from './create-profile.ts';
import { createFindProfile } from './find-expression.ts';
import { builders } from './tables/builders.ts';
import { containerPrograms } from './tables/containers.ts';
import { git } from './tables/git.ts';
import { network } from './tables/network.ts';
import { nodeTools } from './tables/node-tools.ts';
import { npm, npx, scriptRunner } from './tables/npm.ts';
import { createPythonProfile, pythonTools } from './tables/python.ts';
import { readers } from './tables/readers.ts';
import { search } from './tables/search.ts';
import { createTarProfile } from './tables/tar.ts';
import { text } from './tables/text.ts';
import { writers } from './tables/writers.ts';

/** The tables of the programs that are known. */
export const commandTables: Readonly<Record<string, CommandTable | SubcommandTable>> = {
  ...readers,
  ...search,
  ...text,
  ...writers,
  ...network,
  ...builders,
  ...containerPrograms,
  ...nodeTools,
  ...pythonTools,
  git,
  npm,
  npx,
  bunx: npx,
  pnpx: npx,
  pnpm: scriptRunner,
  yarn: scriptRunner,
  bun: scriptRunner,
};

/** The programs that are known, by name. */
export const profiles: ReadonlyMap<string, ProgramProfile> = new Map([
  ...Object.entries(commandTables).map(([name, table]) => [name, createProfile(table, findProfile)] as const),
  ['find', createFindProfile(findProfile)],
  ['tar', createTarProfile(findProfile)],
  ['python', createPythonProfile(findProfile)],
  ['python3', createPythonProfile(findProfile)],
  ['gtar', createTarProfile(findProfile)],
]);

/** A program that another one starts may be any of them. */
function findProfile(program: string): ProgramProfile | undefined {
  return profiles.get(program);
}
