import type { PermissionFlag } from './permissions.ts';

declare module '../../api/access.ts' {
  // The permission tree names the flags that operations may ask for.
  interface PermissionFlags extends Record<PermissionFlag, true> {}
}
