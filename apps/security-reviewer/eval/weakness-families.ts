/**
 * Numbers of CWEs that name the same weakness from different sides: a parent and its children, a cause and its effect.
 * A finding under one of a family is right where the truth names another. A CWE may be in several families.
 */
const FAMILIES: readonly (readonly number[])[] = [
  [22, 23, 24, 35, 36, 37, 59, 73, 98, 99],
  [77, 78, 88],
  [79, 80, 81, 83, 84, 87, 116, 692],
  [89, 564, 943],
  [94, 95, 96, 917, 1336, 470],
  [91, 643],
  [113, 93, 644],
  [117, 93],
  [798, 259, 321, 547, 522, 256, 260, 312],
  [326, 310, 1240],
  [327, 328, 310, 1240, 780, 916],
  [328, 916, 759, 760, 327],
  [329, 1204, 323, 327],
  [330, 331, 335, 336, 337, 338, 340, 1241],
  [295, 296, 297, 298, 299, 322, 599, 319],
  [326, 327, 757],
  [611, 776, 827, 112],
  [400, 770, 730, 1333, 625, 185, 624, 186, 409, 776],
  [918, 441],
  [614, 1004, 1275, 315, 311, 732],
  [312, 313, 315, 532, 359, 522, 256, 311, 319, 200],
  [209, 200, 497, 215, 210],
  [489, 215, 1295, 11],
  [347, 345, 287, 290, 757],
  [942, 346, 183, 16, 1385],
  [1321, 915, 471],
  [639, 862, 863, 284, 285, 306, 566, 425, 269],
  [377, 378, 379, 668],
  [732, 276, 277, 278, 279, 281, 266],
  [208, 203, 204, 385],
  [640, 620],
  [565, 345, 784, 353, 502],
  [605, 668, 1327],
  [1427, 74, 77],
  [348, 290, 807],
  [20, 625, 1286, 601],
  [201, 359, 346],
  [470, 913],
  [176, 20],
];

/** Whether two CWEs name the same weakness; a CWE that is not given (0) agrees with any. */
export function isSameWeakness(left: number, right: number): boolean {
  if (left === 0 || right === 0 || left === right) return true;
  return FAMILIES.some((family) => family.includes(left) && family.includes(right));
}

/** Numbers of the CWEs that a text or a list of texts names: `CWE-89`, `89`, `CWE-79 CWE-80`. */
export function cweNumbers(given: unknown): number[] {
  const texts = Array.isArray(given) ? given.map(String) : typeof given === 'number' ? [String(given)] : [given];
  return texts.flatMap((text) => (typeof text === 'string' ? (text.match(/\d+/g) ?? []).map(Number) : []));
}
