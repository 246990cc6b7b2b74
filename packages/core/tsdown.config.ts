import type { UserConfig } from 'tsdown';
import { libraryConfig } from '../../tsdown.shared.ts';

const config: UserConfig = libraryConfig({
  index: 'src/index.ts',
  testing: 'src/testing/index.ts',
  contracts: 'src/testing/contracts/index.ts',
  adapter: 'src/adapter/index.ts',
  node: 'src/node/index.ts',
  'store-thread': 'src/node/sqlite-store/store-thread.ts',
});

export default config;
