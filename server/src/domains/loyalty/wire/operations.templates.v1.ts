import Type from 'typebox';
import { chainUser } from '../../../api/access.ts';
import { answer, created, empty, ok, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { Template } from '../../promotions/wire/schemas.ts';
import { type TemplateKind, templateKinds } from '../tables.ts';
import { createTemplate, deleteTemplate, listTemplates, type TemplateRow, updateTemplate } from '../template.ts';

const tag = 'Chain Loyalty Programs';
const path = '/chain/{chain_id}/loyalty/notification_message_templates';
const ChainOnly = Type.Object({ chain_id: Id('chain id') });
const TemplatePath = Type.Object({ chain_id: Id('chain id'), template_id: Id('template id') });

const body = Type.String({ minLength: 1, maxLength: 1000, description: 'the text' });
const type = Type.String({
  enum: ['big', 'mid', 'small', 'custom'],
  description: 'a chain has one text of each standard length for a kind of message, and any number of custom ones',
});
const message_type = Type.String({ enum: [...templateKinds], description: 'what the message is about' });

const NewTemplate = named('NewLoyaltyTemplate', Type.Object({ type, body, message_type }));

const present = ({ id, variant, body: text, kind }: TemplateRow) => ({ id, type: variant, body: text, message_type: kind });

export const getChainLoyaltyNotificationTemplateList = operation({
  id: 'get_chain_loyalty_notification_template_list',
  method: 'GET',
  path: `${path}/programs`,
  tag,
  summary: 'Loyalty notification templates',
  access: chainUser('loyalty_access'),
  params: ChainOnly,
  success: answer(200, Type.Array(Template)),
  errors: [403, 404],
  handle: async ({ db, chain }) => (await listTemplates(db, chain.id)).map(present),
});

const createLoyaltyTemplate = operation({
  id: 'create_loyalty_template',
  method: 'POST',
  path,
  tag,
  summary: 'Add a text of loyalty messages',
  description:
    'Owners of cards get it as an SMS when it happens: a kind of messages is on while the chain has a text for it. The first text of the kind is sent. `{points}` stands for the points that it is about, `{balance}` for the points on the card, `{number}` for the number of the card, and `{date}` for the day on which points burn. Sent are: `loyalty_card_created`, `loyalty_card_cashback`, `loyalty_card_income` (points for an inviter), `loyalty_card_withdraw` (points that pay), `loyalty_card_manual` and `loyalty_card_manual_withdraw`, the cancelled ones, and `loyalty_cashback_expiration`.',
  extension: true,
  access: chainUser('loyalty_programs_access'),
  params: ChainOnly,
  body: NewTemplate,
  spelling: { variant: 'type', kind: 'message_type' },
  success: created(Template),
  errors: [403, 404],
  example: { body: { type: 'custom', body: 'Your points burn soon.', message_type: 'loyalty_cashback_expiration' } },
  handle: async ({ write, chain, body: sent }) =>
    present(
      await createTemplate(write, chain.id, {
        kind: sent.message_type as TemplateKind,
        variant: sent.type as TemplateRow['variant'],
        body: sent.body,
      }),
    ),
});

const updateLoyaltyTemplate = operation({
  id: 'update_loyalty_template',
  method: 'PUT',
  path: `${path}/{template_id}`,
  tag,
  summary: 'Change a text of loyalty messages',
  extension: true,
  access: chainUser('loyalty_programs_access'),
  params: TemplatePath,
  body: named('LoyaltyTemplateChanges', Type.Object({ body })),
  success: ok(Template),
  errors: [403, 404],
  example: { body: { body: 'Your points burn in three days.' } },
  handle: async ({ write, chain, params, body: sent }) =>
    present(await updateTemplate(write, chain.id, params.template_id, sent.body)),
});

const deleteLoyaltyTemplate = operation({
  id: 'delete_loyalty_template',
  method: 'DELETE',
  path: `${path}/{template_id}`,
  tag,
  summary: 'Delete a text of loyalty messages',
  description: 'What uses it sends no messages any more.',
  extension: true,
  access: chainUser('loyalty_programs_access'),
  params: TemplatePath,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, chain, params }) => deleteTemplate(write, chain.id, params.template_id),
});

/** Foyer's own operations on the texts of loyalty messages. */
export const templatesOperations = [createLoyaltyTemplate, updateLoyaltyTemplate, deleteLoyaltyTemplate];
