// Codes, in layers whose inputs are copied in blocks where there is no VNNI, of
// sizes that neither tiles nor threads divide.
!x = !quant.uniform<u8:f32, 0.125:3>
!y = !quant.uniform<u8:f32, 0.4375:7>
!w = !quant.uniform<i8<-127:127>:f32, 0.01>
module attributes {quantc.stage = "quantized"} {
  func.func @odd(%x: tensor<1x29x31x67x!x> {quantc.name = "x"})
      -> (tensor<1x29x31x87x!y> {quantc.name = "y"}) {
    %w1 = lowbit.constant dense<1> : tensor<75x3x3x67xi8> as tensor<75x3x3x67x!w>
    %b1 = arith.constant dense<100> : tensor<75xi32>
    %1 = lowbit.conv2d %x, %w1, %b1 pad [1, 1, 1, 1] stride [1, 1] dilation [1, 1]
      : (tensor<1x29x31x67x!x>, tensor<75x3x3x67x!w>, tensor<75xi32>)
        -> tensor<1x29x31x75x!y>
    %w2 = lowbit.constant dense<1> : tensor<87x1x1x75xi8> as tensor<87x1x1x75x!w>
    %b2 = arith.constant dense<100> : tensor<87xi32>
    %2 = lowbit.conv2d %1, %w2, %b2 pad [0, 0, 0, 0] stride [1, 1] dilation [1, 1]
      : (tensor<1x29x31x75x!y>, tensor<87x1x1x75x!w>, tensor<87xi32>)
        -> tensor<1x29x31x87x!y>
    return %2 : tensor<1x29x31x87x!y>
  }
}
