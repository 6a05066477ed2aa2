/**
 * English words and names of six or more letters that have a twin: another word with the same first and last letter
 * and the same letters between them in another order. They were found among the 70,000 most common entries of SCOWL
 * (http://wordlist.aspell.net), after removing plural endings as `stem` does.
 */
const twins = Object.freeze(
  `aboard abroad alberio albireo accouterment accoutrement alerted altered alerting altering asturia austria babbled
  blabbed babbling blabbing bearded breaded bearding breading branden brendan boarder broader beavered bereaved
  beavering bereaving belated bleated balinese baseline barked braked barely barley bleary barney bernay barest breast
  barking braking binary brainy blobbed bobbled blobbing bobbling bedroom boredom blogged boggled bugled bulged
  bittern britten blotted bottled blower bowler blogging boggling bugling bulging blotting bottling blowing bowling
  catalogued coagulated cataloguing coagulating catalogue coagulate casually causally calvary cavalry casual causal
  cackled clacked cackling clacking cassock cossack catered created cashed chased conservation conversation catering
  creating carolled collared caller cellar carted crated carter crater carved craved cavern craven cashing chasing
  carolling collaring callisto castillo complaint compliant carnivorous coronavirus carina crania carting crating
  carving craving castor costar clobber cobbler centerpiece centrepiece concerted concreted concerting concreting
  cervice crevice cockily colicky conserved conversed congreve converge compiled complied cloister costlier conserving
  conversing cruelty cutlery coroner crooner conserve converse citric critic citrus curtis copula cupola course crusoe
  crusty curtsy dallied dialled daniel denial denotation detonation damned demand damion domain dilbert driblet deidre
  deride desiree dierese density destiny deposit dopiest direst driest excepted expected excepting expecting except
  expect entirety eternity enquire enrique fiberglass fibreglass farmed framed farmer framer filtration flirtation
  farming framing fickler flicker freida frieda feeling fleeing forested fostered finely finley foresting fostering
  flowed fowled flower fowler flowing fowling gateway getaway garble grable grandee grenade gardner grander gerald
  glared garter grater gilded glided gilding gliding gustiest gutsiest gustier gutsier gingko ginkgo gingkoe ginkgoe
  hankered harkened hankering harkening heresy hersey holster hostler infarction infraction indiscreet iridescent
  incest insect indented intended indenting intending jounce juncoe jeffery jeffrey keening kneeing kirsten kristen
  lentil lintel lenora lorena lenore lorene marital martial mantelpiece mantlepiece michael micheal misdealing
  misleading maiden median manley meanly melany mantel mental mallory morally mildness mindless moistened monetised
  moistening monetising melton molten observe obverse parental paternal prenatal pedaled pleaded pedaling pleading
  partied pirated parley pearly plaster psalter parroted prorated papery prepay parted petard prated plaint pliant
  parroting prorating parting prating paltry partly patrol portal perfect prefect perverse preserve redrawing
  rewarding reared reread railed relaid rapier repair roland ronald ribbon robbin recourse resource redound rounded
  reserved reversed reorged rogered relived reviled reserving reversing reprised respired retired retried resorted
  restored reserve reverse reorging rogering reliving reviling reprising respiring ripely ripley relive revile
  resorting restoring retinue reunite reprise respire snatched stanched sachet scheat sacred scared snatching
  stanching snatche stanche snatch stanch salinger slangier swarthiest sweatshirt sharped shepard saltiness stainless
  starkey streaky skated staked saltest stalest salted slated staled salter slater staler salved slaved salver slaver
  spared spread steward strawed skating staking salting slating staling salving slaving sanity satiny steuben subteen
  scepter specter scoured sourced sceptre spectre scouring sourcing spindled splendid soldier solider sidling sliding
  sleeted steeled seething sheeting sleeting steeling silvered slivered sleety steely signed singed signer singer
  sheila shelia silvering slivering silver sliver sortied steroid storied snooped spooned sorted stored spotlight
  stoplight singling slinging signing singing shooting soothing skirting striking snooping spooning sorting storing
  sprite stripe trailed trialed trailing trialing tribune turbine thickest thickset tucson tuscon tilted titled
  tilting titling truing turing torpid tripod unaltered unrelated united untied waiver wavier wenche whence wigner
  winger whiter wither`.split(/\s+/),
)

/** Returns whether sorting the inner letters of this word, as `foldTypos` does, would make it equal to another word. */
export const isAnagramTwin = (word: string) => twins.includes(word)
