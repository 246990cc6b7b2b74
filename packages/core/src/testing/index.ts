export { checkStream } from './check-stream.ts';
export type { CheckStreamOptions } from './check-stream.ts';
export { collect } from './collect.ts';
export type { CollectedRun, MessageOf } from './collect.ts';
export {
  atEvent,
  call,
  callRaw,
  cut,
  dropEnd,
  emit,
  endWith,
  fail,
  hang,
  opaque,
  pause,
  raise,
  reportUsage,
  say,
  stopWith,
  think,
  waitFor,
} from './script-part.ts';
export type {
  ActPart,
  ChunkOptions,
  ContentPart,
  EndFields,
  Script,
  ScriptPart,
  ScriptedTurn,
  TimedPart,
  TurnMaker,
} from './script-part.ts';
export { scriptedModel } from './scripted-model.ts';
export type { ScriptedModel, ScriptedModelOptions } from './scripted-model.ts';
export { virtualClock } from './virtual-clock.ts';
export type { VirtualClock, VirtualClockOptions } from './virtual-clock.ts';
