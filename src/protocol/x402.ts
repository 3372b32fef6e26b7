export { decodeText, decodeUtf8, encodeText } from './x402/base64.ts';
export { challengeText, readChallenge } from './x402/challenge.ts';
export { member, objectMember, parseJson, stringMember } from './x402/json.ts';
export {
  type PaymentPayload,
  paymentHeader,
  readPayment,
  readPaymentHeader,
  readPaymentIdentifier,
  readVersion,
} from './x402/payment.ts';
export { readReceipt } from './x402/receipt.ts';
export { type AssetLookup, assetOf, type Requirements, readRequirements } from './x402/requirements.ts';
