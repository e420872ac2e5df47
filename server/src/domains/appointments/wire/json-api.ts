import Type from 'typebox';
import { Conflict } from '../../../api/errors.ts';
import { TimeTaken } from '../../schedule/occupation.ts';

/** Names of related resources that can be included, each once. */
export const Include = (names: readonly string[]) =>
  Type.Optional(
    Type.Array(Type.String({ enum: [...names] }), {
      uniqueItems: true,
      maxItems: names.length,
      description: 'related resources to include',
    }),
  );

export const eventIncludes = ['staff', 'service', 'resource_instances', 'labels', 'duration_details', 'master'] as const;

export const appointmentIncludes = [
  'client',
  'client.custom_field_values',
  'staff',
  'services',
  'goods',
  'resource_instances',
  'labels',
  'attendance_service_items',
  'attendance_good_items',
  'attendance_document',
  'transactions',
  'fast_payment_settings',
  'acceptance_free',
  'custom_field_values',
  'comer',
  'client_notification_settings',
  'client_schedule',
  'duration_details',
] as const;

/** V2 answers a taken time with 409, where V1 has a 422. */
export async function conflicting<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TimeTaken) throw new Conflict(error.message, error.errors);
    throw error;
  }
}
