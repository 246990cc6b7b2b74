export { permissionModes } from './mode.ts';
export type { PermissionMode } from './mode.ts';
export { createPolicy } from './policy.ts';
export type { Policy, PolicyOptions } from './policy.ts';
