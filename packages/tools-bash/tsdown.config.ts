import type { UserConfig } from 'tsdown';
import { libraryConfig } from '../../tsdown.shared.ts';

const config: UserConfig = libraryConfig({ index: 'src/index.ts' });

export default config;
