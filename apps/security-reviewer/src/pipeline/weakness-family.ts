import type { FindingKind } from '../finding.ts';

/**
 * Weaknesses that reviewers name in one another's place: a parent, its children, and near neighbours of MITRE's list.
 *
 * @see https://cwe.mitre.org/data/definitions/1000.html
 */
const families: readonly (readonly number[])[] = [
  [22, 23, 29, 35, 36, 37, 39, 73],
  [74, 77, 78, 88],
  [79, 80, 83, 87, 116],
  [89, 564],
  [90],
  [91, 643, 652],
  [93, 113, 644],
  [94, 95, 96, 98, 1336],
  [117, 93],
  [190, 191, 680],
  [200, 201, 209, 210, 497, 532],
  [208, 203, 385],
  [256, 257, 259, 312, 313, 321, 522, 798],
  [285, 284, 287, 306, 639, 862, 863],
  [295, 296, 297, 298, 299, 322],
  [319, 523],
  [326, 327, 328, 759, 760, 916, 1240],
  [323, 329, 1204],
  [330, 331, 335, 336, 337, 338, 340],
  [345, 347],
  [346, 942, 1385],
  [352],
  [362, 364, 366, 367],
  [377, 378, 379],
  [276, 277, 278, 279, 281, 732],
  [400, 770, 730, 1333],
  [434],
  [441, 918],
  [489, 11, 215],
  [502],
  [601],
  [611, 776, 827],
  [614, 1004, 1275],
  [915, 1321],
  [943, 89],
];

/** What a finding is about, in either vocabulary. */
interface Weakness {
  readonly kind: FindingKind;
  readonly cwe: readonly string[];
}

/** Whether two findings may be about the same weakness: their kinds are the same, or their CWEs stand near each other. */
export function isSameFamily(left: Weakness, right: Weakness): boolean {
  if (left.kind === right.kind && left.kind !== 'other') return true;
  return left.cwe.some((one) => right.cwe.some((other) => one === other || areRelated(one, other)));
}

function areRelated(left: string, right: string): boolean {
  const [one, other] = [numberOf(left), numberOf(right)];
  return families.some((family) => family.includes(one) && family.includes(other));
}

function numberOf(cwe: string): number {
  return Number(cwe.replace('CWE-', ''));
}
