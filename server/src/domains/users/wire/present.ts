import { extremes, type SlugNode, type SlugType, slugNodes, slugTree, slugValue } from '../../access/permission-slugs.ts';
import { type Permissions, type Role, roles } from '../../access/permissions.ts';
import { defaultsOf, isEditable, type UserRights } from '../rights.ts';

export const presentRights = ({ role, memberId, isEditable: editable, rights }: UserRights) => ({
  user_role: role,
  staff_id: memberId,
  is_editable: editable,
  has_any_paid_permission: null,
  user_permissions: slugNodes.map((node) => ({ slug: node.slug, value: slugValue(node, rights) as never })),
});

const titles: Partial<Record<SlugType, readonly [zero: string, one: string]>> = {
  has_limited_access: ['All', 'Only the listed ones'],
  has_limited_by_own_access: ['Any permissions', 'Only users who have no more permissions'],
  has_limited_today: ['Only today', 'Any day'],
};

const presentNode = (node: SlugNode, defaults: Permissions, own: Permissions) => {
  const { all, none } = extremes(node.type);
  const value = slugValue(node, defaults);
  const choices = titles[node.type];
  return {
    slug: node.slug,
    title: node.title,
    type: { slug: node.type, all_access_value: all as number | null, no_access_value: none as number | null },
    options: choices?.map((title, number) => ({ title, value: number, is_disabled: false })) ?? null,
    hint: '',
    is_recommended: value === true || (node.type === 'has_limited_today' && value === 1),
    is_editable: isEditable(node, own),
    default_value: typeof value === 'object' ? null : value,
    entity_name: node.entity,
    is_paid: node.changes,
    is_paid_only: false,
  };
};

const presentTree = (nodes: readonly SlugNode[], defaults: Permissions, own: Permissions): unknown[] =>
  nodes.map((node) => ({
    ...presentNode(node, defaults, own),
    children: node.children.length > 0 ? presentTree(node.children, defaults, own) : null,
  }));

/**
 * A role for somebody who gives it.
 * @param own the permissions of the caller
 * @param memberId the team member that the user is, if the role is shown for a user
 */
export function presentRole(role: Role, own: Permissions, memberId: number | null, withPermissions: boolean) {
  const { title, description, weight } = roles[role];
  const tree = withPermissions ? presentTree(slugTree, defaultsOf(role, memberId), own) : null;
  return { slug: role, title, description, weight, user_permissions: tree as never };
}
