/**
 * The places where an answer promises less than it could, with the reasons. A property that may be absent, a value of several types and an
 * object of any properties each have an entry. `closed-answers.test.ts` compares the list with the declarations.
 */
interface Exception {
  reason: string;
  /** Whether the contract says when the property is absent. */
  isPublished?: true;
  places: readonly string[];
}

const clientFields = [
  'balance',
  'birth_date',
  'card',
  'categories',
  'comment',
  'custom_fields',
  'deposit_balance',
  'discount',
  'email',
  'first_visit_date',
  'gender',
  'gender_id',
  'id',
  'importance',
  'importance_id',
  'last_change_date',
  'last_visit_date',
  'middle_name',
  'name',
  'phone',
  'sms_check',
  'sms_not',
  'sold_amount',
  'spent',
  'surname',
  'visit_count',
  'visits',
  'visits_count',
];

const loyaltyFields = [
  'loyalty_card',
  'loyalty_card_id',
  'loyalty_certificate',
  'loyalty_certificate_id',
  'loyalty_abonement',
  'loyalty_abonement_id',
  'loyalty_program',
  'loyalty_program_id',
  'deposit',
];

export const exceptions: readonly Exception[] = [
  {
    reason:
      'Only the relationships that `include` names are answered: the published schema makes each optional, and its example has none.',
    isPublished: true,
    places: [
      'AttendanceServiceSuggestionResource.relationships.attendance_service: may be absent',
      'AttendanceServiceSuggestionResource.relationships.record: may be absent',
      'AttendanceServiceSuggestionResource.relationships: may be absent',
      'ServiceResource.relationships.company_links: may be absent',
      'ServiceResource.relationships.resource_links: may be absent',
      'ServiceResource.relationships.resources: may be absent',
      'ServiceResource.relationships.service_composite: may be absent',
      'ServiceResource.relationships.trial_settings: may be absent',
      'ServiceResource.relationships: may be absent',
      'get_service.included: may be absent',
      'list_attendance_service_suggestions.included: may be absent',
      'list_services.included: may be absent',
    ],
  },
  {
    reason: 'The published notes say which kinds of terms have a date, and which a length.',
    isPublished: true,
    places: [
      'ClientGiftCardType.expiration_date: may be absent',
      'ClientGiftCardType.expiration_timeout: may be absent',
      'ClientGiftCardType.expiration_timeout_unit_id: may be absent',
    ],
  },
  {
    reason:
      'A link of a membership is a service or a category, as the published examples show; and a membership that was never active has no such date.',
    isPublished: true,
    places: [
      'MembershipLink.service: may be absent',
      'MembershipLink.category: may be absent',
      'ChainMembership.activated_date: may be absent',
    ],
  },
  {
    reason: 'A team member without an account or a position has none in the tips, as in the published examples.',
    isPublished: true,
    places: ['TeamMemberTipSettingStaff.position: may be absent', 'TeamMemberTipSettingStaff.user: may be absent'],
  },
  {
    reason:
      'The value of a permission is a switch, a number, an id or a list of ids, as published; which one depends on the permission.',
    isPublished: true,
    places: [
      'UserPermissionOfBlock.default_value: string or number or boolean',
      'UserPermissionOfLimit.default_value: string or number or boolean',
      'UserPermissionType.all_access_value: string or number or boolean',
      'UserPermissionType.no_access_value: string or number or boolean',
      'UserPermissionValue.value[]: has any type',
      'UserPermissionWithChildren.default_value: string or number or boolean',
    ],
  },
  {
    reason: 'The published schema has neither a null here nor a reason for an item that has not changed.',
    isPublished: true,
    places: ['SalaryPayrollCalculationItem.salary_discrepancy: may be absent'],
  },
  {
    reason: 'A service has a document, and a product an id, as the published examples and recorded answers show.',
    isPublished: true,
    places: ['SaleItem.document_id: may be absent', 'SaleItem.good_id: may be absent'],
  },
  {
    reason: 'Only transactions of promotions have a promotion, as in the published examples.',
    isPublished: true,
    places: ['VisitLoyaltyTransaction.program: may be absent'],
  },
  {
    reason: 'A card number of digits is a number in a sale, as published; other cards are texts.',
    isPublished: true,
    places: ['SaleLoyaltyCard.number: number or string'],
  },
  {
    reason: 'The published notes give the fields of each kind of loyalty transaction and payment method.',
    isPublished: true,
    places: [
      ...[...loyaltyFields, 'deposit_transaction_id', 'sale_item_id', 'sale_item_type'].map(
        (name) => `SaleLoyaltyTransaction.${name}: may be absent`,
      ),
      ...[...loyaltyFields, 'account', 'account_id', 'deposit_id'].map((name) => `SalePaymentMethod.${name}: may be absent`),
    ],
  },
  {
    reason:
      'An answer about a promotion has the parts that `include` names, as the published list of them says; the published example has no start of the history.',
    isPublished: true,
    places: [
      'LoyaltyProgram.loyalty_card_types: may be absent',
      'LoyaltyProgram.on_changed_notification_template: may be absent',
      'LoyaltyProgram.on_expiration_notification_template: may be absent',
      'LoyaltyProgram.rules: may be absent',
      'LoyaltyProgram.companies: may be absent',
      'LoyaltyProgram.applicable_items: may be absent',
      'LoyaltyProgram.history_start_date: may be absent',
      'LoyaltyProgramRule.service_id: may be absent',
      'LocationLoyaltyProgram.history_start_date: may be absent',
      'LocationLoyaltyProgram.first_transaction_date: may be absent',
    ],
  },
  {
    reason: 'The search answers the fields that the request names, as its own note says.',
    isPublished: true,
    places: clientFields.map((name) => `FoundClient.${name}: may be absent`),
  },
  {
    reason: 'Added only when the request asks for it, as the published notes say: my=1, show_groups=1, showBookforms=1.',
    places: [
      'ListedLocation.bookforms: may be absent',
      'ListedLocation.groups: may be absent',
      'LocationDetails.access: may be absent',
      'LocationDetails.groups: may be absent',
    ],
  },
  {
    reason: 'The published notes add them with forBooking=1, if there is a free time, and with bookform_id.',
    places: [
      'ListedLocation.next_slot: may be absent',
      'LocationDetails.next_slot: may be absent',
      'LocationDetails.online_sales_form_url: may be absent',
    ],
  },
  {
    reason: 'Only with include[], as the published description says.',
    places: ['ListedWorkDay.busy_intervals: may be absent', 'ListedWorkDay.off_day_type: may be absent'],
  },
  {
    reason:
      'A picture of a service has the size basic, one of a team member has sm, norm and origin, as the published examples show.',
    places: ['basic', 'norm', 'origin', 'sm'].map((size) => `ImageGroup.images.${size}: may be absent`),
  },
  {
    reason: 'A service without a picture has no group of pictures in the published examples.',
    places: ['Service.image_group: may be absent'],
  },
  {
    reason: 'What was sent and is refused: absent when it was not sent, a text when it is no number, as its own note says.',
    places: [
      'BulkResult.errors[].name: may be absent',
      'BulkResult.errors[].phone: may be absent',
      'BulkResult.errors[].phone: number or string',
    ],
  },
  {
    reason: 'The published note has it in the statistics of a location only. The published schema names it for a chain too.',
    places: ['ChainAttendanceStatisticsResource.attributes.company_id: may be absent'],
  },
  {
    reason: 'Only of a team member who can be booked, as the published note says.',
    places: ['get_team_members_available_for_booking.data[].seance_date: may be absent'],
  },
  {
    reason: 'The published schema names it and the published example is without it, as this answer is.',
    places: ['get_team_members_available_for_booking.data[].position.services_binding_type: may be absent'],
  },
  {
    reason: 'A business names its custom fields and chooses their types. Without any the published API writes an empty list.',
    places: [
      'AppointmentClient.custom_fields[].value: has any type',
      'CustomFieldValues: has any properties',
      'CustomFieldValues: object or array',
      'ListedClient.custom_fields.*: has any type',
    ],
  },
  {
    reason: 'The published examples write a number where the text of a card or of an external id has digits only.',
    places: [
      'BulkClient.card: number or string',
      'TeamMember.api_id: integer or string',
      'UpdatedTeamMember.api_id: integer or string',
      'WrittenClient.card: number or string',
      'get_services_available_for_booking.data.category[].api_id: string or integer',
      'get_team_member_list.data[].api_id: integer or string',
    ],
  },
  {
    reason: 'A thing is shown as it was recorded, which the build of that time decided.',
    places: ['RecordedData: has any type'],
  },
  {
    reason: 'What is included with a JSON:API document has the attributes of its type, and the contract leaves them open.',
    places: ['IncludedResource.attributes.*: has any type'],
  },
  {
    reason: 'Older operations alone repeat the error beside the envelope, as the published errors of both generations differ.',
    places: ['Error.errors: may be absent', 'ValidationError.errors: may be absent'],
  },
  {
    isPublished: true,
    reason: 'Only errors of reports of SMS operators have the codes that operators know.',
    places: ['Error.error_code: may be absent', 'Error.error_message: may be absent'],
  },
  {
    reason:
      'An error names fields only where a field is wrong, an appointment only where one of several is refused, and a conflict only of an event.',
    places: ['Error.meta.conflict: may be absent', 'Error.meta.errors: may be absent', 'RefusedAppointment.id: may be absent'],
  },
];

/** Of those that the contract does not require. Only ever to be lowered. */
export const mostExceptions = 37;
