export { createPriceBook } from './price-book.ts';
export type { PriceBookOptions } from './price-book.ts';
export type { PriceOverride } from './price-override.ts';
export type { TokenPrices } from './token-prices.ts';
