import { expect, it } from 'vitest';
import { createRulesEngine } from './engine.ts';
const engine = await createRulesEngine();
for (const rule of engine.rules) {
  it(`${rule.id} reports its weak example`, () => {
    expect(engine.check(rule.weakExample, 'example.py').map((hit) => hit.ruleId)).toEqual([rule.id]);
  });
  it(`${rule.id} leaves its safe example alone`, () => {
    expect(engine.check(rule.safeExample, 'example.py')).toEqual([]);
  });
}
