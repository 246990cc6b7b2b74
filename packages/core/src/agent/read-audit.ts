import type { JudgedUnit, PermissionDecision, PermissionTier, RuleSource, SimulatedDecision } from '../permission.ts';

type Audit = Pick<PermissionDecision, 'source' | 'mode' | 'simulated' | 'units' | 'suggestions'>;

/** What a policy's answer tells an auditor, and nothing besides. What is not of the right form is left out. */
export function readAudit(answer: object): Audit {
  const { source, mode, simulated, units, suggestions } = answer as Partial<Record<keyof Audit, unknown>>;
  const readSource = sourceOf(source);
  const readSimulated = simulationOf(simulated);
  return {
    ...(readSource === undefined ? {} : { source: readSource }),
    ...(typeof mode === 'string' ? { mode } : {}),
    ...(readSimulated === undefined ? {} : { simulated: readSimulated }),
    ...(Array.isArray(units) ? { units: units.flatMap((unit: unknown) => unitOf(unit) ?? []) } : {}),
    ...(areRules(suggestions) ? { suggestions: [...suggestions] } : {}),
  };
}

const decisions: ReadonlySet<unknown> = new Set(['allow', 'deny', 'ask']);
const tiers: ReadonlySet<unknown> = new Set<PermissionTier>(['ceiling', 'deny', 'ask', 'allow', 'policy', 'mode']);

function unitOf(value: unknown): JudgedUnit | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { text, decision, rule, reason } = value as Partial<Record<keyof JudgedUnit, unknown>>;
  if (typeof text !== 'string' || !decisions.has(decision)) return undefined;
  return {
    text,
    // It was found among the values that there are.
    decision: decision as JudgedUnit['decision'],
    ...(typeof rule === 'string' ? { rule } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  };
}

/** Either all of them can be granted, or none: a part of them would not let the call pass. */
function areRules(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((rule) => typeof rule === 'string' && rule !== '');
}

function sourceOf(value: unknown): RuleSource | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { file, line } = value as Partial<Record<keyof RuleSource, unknown>>;
  return typeof file === 'string' && typeof line === 'number' ? { file, line } : undefined;
}

function simulationOf(value: unknown): SimulatedDecision | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { decision, tier, rule, source, reason } = value as Partial<Record<keyof SimulatedDecision, unknown>>;
  if (!decisions.has(decision) || !tiers.has(tier) || typeof reason !== 'string') return undefined;
  const readSource = sourceOf(source);
  return {
    // Both were found among the values that there are.
    decision: decision as SimulatedDecision['decision'],
    tier: tier as PermissionTier,
    ...(typeof rule === 'string' ? { rule } : {}),
    ...(readSource === undefined ? {} : { source: readSource }),
    reason,
  };
}
