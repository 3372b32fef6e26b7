// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TestUsdc} from "./TestUsdc.sol";

/// Has the name and the functions of USDC, at another address, and one flaw: an authorization whose nonce was
/// used before does not revert. It emits AuthorizationUsed again and returns, without moving money. A
/// transaction that succeeded proves no payment, and neither do name and symbol.
contract QuirkToken is TestUsdc {
    function _onReuse() internal pure override {}
}
