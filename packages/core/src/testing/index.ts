export { checkAnswer } from './check-answer.ts';
export { checkStream } from './check-stream.ts';
export type { CheckStreamOptions } from './check-stream.ts';
export { collect } from './collect.ts';
export type { CollectedRun, MessageOf } from './collect.ts';
export type { ContractCheck, ContractSubject } from './contracts/contract-check.ts';
export { durableChecks } from './contracts/durable-checks.ts';
export type { DurableSubject } from './contracts/durable-checks.ts';
export type { EngineSubject } from './contracts/engine-runs.ts';
export { modelChecks } from './contracts/model-checks.ts';
export type { ModelSubject, ServedModel, ServeModel } from './contracts/model-checks.ts';
export { runChecks } from './contracts/run-checks.ts';
export type { CheckOutcome } from './contracts/run-checks.ts';
export { storeChecks } from './contracts/store-checks.ts';
export type { StoreSubject } from './contracts/store-checks.ts';
export { toolChecks } from './contracts/tool-checks.ts';
export type { ToolSubject } from './contracts/tool-checks.ts';
export { rechunkedFetch } from './rechunked-fetch.ts';
export { ReplayServer } from './replay-server.ts';
export type { ReceivedRequest, Reply } from './replay-server.ts';
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
