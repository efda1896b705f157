// What one request asks of the systems, each thing once.
import { ends } from './reminders.js'
import { moscowDay } from './values.js'

const PAYABLE = new Set(['ACTIVE', 'FUTURE', 'AWAITING_PAYMENT'])

export class Request {
  #asked = new Map()

  constructor(systems, signal) {
    this.systems = systems
    this.signal = signal
    this.today = moscowDay()
  }

  #once(name, ask) {
    let answer = this.#asked.get(name)
    if (answer === undefined) this.#asked.set(name, (answer = ask()))
    return answer
  }

  client(isn) {
    return this.#once(`client/${isn}`, async () => (await this.systems.core.clients([isn], this.signal))[0])
  }

  policiesOf(isn) {
    return this.#once(`policies/${isn}`, () => this.systems.core.policiesOf(isn, this.signal))
  }

  contractsOf(isn) {
    return this.#once(`contracts/${isn}`, () => this.systems.life.contractsOf(isn, this.signal))
  }

  // All that reminders are drawn from.
  async holdings(isn) {
    const { core, claims } = this.systems
    const ofPolicies = async () => {
      const policies = await this.policiesOf(isn)
      const payable = policies.filter((each) => PAYABLE.has(each.status)).map((each) => each.key)
      const insured = policies.filter((each) => each.line !== 'LIFE').map((each) => each.key)
      const ending = policies.filter((each) => ends(each, this.today)).map((each) => each.key)
      const [instalments, found, offers] = await Promise.all([
        core.instalments(payable, this.signal),
        claims.claimsOf(insured, this.signal),
        Promise.all(ending.map((key) => core.renewal(key, this.signal))),
      ])
      return { policies, instalments, claims: found, offers: new Map(ending.map((key, place) => [key, offers[place]])) }
    }
    const [client, held, contracts] = await Promise.all([this.client(isn), ofPolicies(), this.contractsOf(isn)])
    return { client, contracts, ...held }
  }
}
