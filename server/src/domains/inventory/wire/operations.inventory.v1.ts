import {
  getBillOfMaterialsList,
  getTeamMemberServiceBillOfMaterials,
  ownBillOperations,
} from '../../consumables/wire/operations.bills.v1.ts';
import {
  getAppointmentConsumables,
  unlinkAppointmentServiceAssociation,
  updateAppointmentServiceConsumables,
} from '../../consumables/wire/operations.used.v1.ts';
import {
  createDocumentOperation,
  createInventoryOperation,
  createTransaction,
  deleteDocumentOperation,
  deleteTransaction,
  getDocumentOperation,
  getDocumentProductTransactions,
  getLocationInventories,
  getTransaction,
  searchForProductTransactions,
  updateDocumentOperation,
  updateTransaction,
} from './operations.documents.v1.ts';
import { ownInventoryOperations } from './operations.storages.v1.ts';

/** The operations of the tag: the published ones in the order of the documents, and then Foyer's own. */
export const inventoryOperations = [
  getLocationInventories,
  searchForProductTransactions,
  createInventoryOperation,
  createDocumentOperation,
  getDocumentOperation,
  updateDocumentOperation,
  deleteDocumentOperation,
  createTransaction,
  getTransaction,
  updateTransaction,
  deleteTransaction,
  getDocumentProductTransactions,
  getBillOfMaterialsList,
  getTeamMemberServiceBillOfMaterials,
  getAppointmentConsumables,
  updateAppointmentServiceConsumables,
  unlinkAppointmentServiceAssociation,
  ...ownInventoryOperations,
  ...ownBillOperations,
];
