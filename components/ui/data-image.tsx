/** A picture that the message itself holds, as a `data:` address: there is nothing to be loaded, or made smaller. */
export function DataImage({ url, alt, className }: { url: string; alt: string; className: string }) {
  // biome-ignore lint/performance/noImgElement: see above
  return <img src={url} alt={alt} className={className} />
}
