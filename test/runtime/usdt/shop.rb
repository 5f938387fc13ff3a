# A program for ruby.d
GC.disable
class Shop
  def sell(what)
    what.chop!
  end
end
TracePoint.new(:call, :c_call) {}.enable
shop = Shop.new
2.times { shop.sell(+"tea") }
price = {tea: 1, coffee: 2}
begin
  raise ArgumentError, "sold out"
rescue ArgumentError
  price = nil
end
require "set"
GC.enable
GC.start
